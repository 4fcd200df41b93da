package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.podman.PodmanHome;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("podman")
final class PodmanLogsIT extends ContainerLogsContract {
    @TempDir private Path runFolder;
    private PodmanHome home;

    @BeforeEach
    void enter() throws Exception {
        home = PodmanHome.shared();
    }

    @AfterEach
    void clear() throws Exception {
        home.clear();
    }

    @Override
    String runtimeName() {
        return "podman";
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return ContainerRuntime.podman(
                new ContainerRuntime.Surroundings(
                        agent, home.processes(), runFolder, new MemoryDisk(), new TreeMap<>()));
    }
}

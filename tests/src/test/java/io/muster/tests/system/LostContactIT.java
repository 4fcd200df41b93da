package io.muster.tests.system;

import static io.muster.tests.system.NativeSystemIT.manifest;
import static io.muster.tests.system.NativeSystemIT.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads that are not to go on when their agent does not hear from the server. */
final class LostContactIT {
    @TempDir Path folder;

    private House house;

    @BeforeEach
    void build() throws IOException {
        house = new House(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @Test
    void one_is_stopped_in_time_and_stays_so_over_a_restart_of_its_agent_until_the_server_is_back()
            throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                manifest()
                        + counted("kept")
                        + counted("guarded")
                        + "    stopAfterLostContact: 3s\n");
        house.awaitWorkload("kept", "Running(Ok)");
        house.awaitWorkload("guarded", "Running(Ok)");
        long kept = house.pidIn("kept.pid");
        long guarded = house.pidIn("guarded.pid");
        assertThat(house.muster("get", "state", "desiredState.workloads.guarded").out())
                .contains("stopAfterLostContact: 3s");

        server.kill();
        await("the end of what is not to go on")
                .atMost(House.PATIENCE)
                .until(() -> ProcessHandle.of(guarded).isEmpty());
        agent.awaitLog("out of contact with the server for 3s");
        assertThat(ProcessHandle.of(kept)).isPresent();
        await("the disk knows")
                .atMost(House.PATIENCE)
                .untilAsserted(() ->
                        assertThat(folder.resolve("agent-bow/contact-lost")).hasContent("3s"));

        agent.kill();
        var next = house.agent("bow");
        next.awaitLog("out of contact with the server for 3s");
        assertThat(starts("guarded")).isEqualTo(1);
        assertThat(ProcessHandle.of(kept)).isPresent();

        house.server();
        house.awaitWorkload("guarded", "Running(Ok)");
        house.awaitWorkload("kept", "Running(Ok)");
        assertThat(starts("guarded")).isEqualTo(2);
        assertThat(starts("kept")).isEqualTo(1);
        assertThat(ProcessHandle.of(kept)).isPresent();
        await("nothing is left on the disk that would stop it another time")
                .atMost(House.PATIENCE)
                .until(() -> Files.notExists(folder.resolve("agent-bow/contact-lost")));
    }

    /** It writes its pid, one line for each start. */
    private String counted(String name) {
        return workload(
                name, "bow", "echo $$ >>%s/%s.pid; exec sleep 1000001".formatted(folder, name));
    }

    private int starts(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name + ".pid")).size();
    }
}

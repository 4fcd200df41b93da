package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.WorkloadFile;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.podman.NerdctlStandIn;
import io.muster.testkit.podman.PodmanHome;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over {@link NerdctlStandIn}, since no machine of ours has containerd. */
@Tag("podman")
final class ContainerdRuntimeIT extends ContainerContract {
    private final MemoryDisk disk = new MemoryDisk();
    private final List<List<String>> calls = new CopyOnWriteArrayList<>();

    @TempDir private Path runFolder;
    private NerdctlStandIn nerdctl;
    private long bootedAt;

    @BeforeEach
    void enter() throws Exception {
        nerdctl = NerdctlStandIn.in(PodmanHome.shared());
    }

    @AfterEach
    void clear() throws Exception {
        nerdctl.clear();
    }

    @Override
    protected String runtimeName() {
        return "containerd";
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return ContainerRuntime.containerd(
                new ContainerRuntime.Surroundings(
                        agent,
                        command -> {
                            calls.add(command.words());
                            return nerdctl.processes().run(command);
                        },
                        runFolder,
                        disk,
                        new TreeMap<>()),
                () -> bootedAt);
    }

    @Test
    void calls_nerdctl_as_seldom_as_it_can_be_called() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        runtime.list();
        runtime.observe(created.id());
        runtime.delete(created.id());
        runtime.list();
        assertThat(calls)
                .allSatisfy(words -> assertThat(words).startsWith("nerdctl"))
                .extracting(words -> words.get(1))
                .containsExactly("run", "ps", "inspect", "inspect", "stop", "rm", "ps");
    }

    @Test
    void mounts_files_and_removes_them() throws Exception {
        var runtime = runtime(BOW);
        var order = withFile(order("web", lasting()), new WorkloadFile.TextFile("/a/b", "secret"));
        var created = runtime.create(order);
        var file = runFolder.resolve("web.%s/files/a/b".formatted(order.instance().id()));
        assertThat(file).hasContent("secret");
        assertThat(calls.getFirst())
                .contains(
                        "--mount=type=bind,source=%s,destination=/a/b,readonly=true"
                                .formatted(file));
        runtime.delete(created.id());
        assertThat(runFolder.resolve("web." + order.instance().id())).doesNotExist();
    }

    @Test
    void never_removes_a_container_of_that_name_that_it_did_not_make() throws Exception {
        var order = order("web", lasting());
        var name = order.instance().shortName();
        nerdctl.home().podman("run", "-d", "--name", name, PodmanHome.IMAGE, "sleep", "1000");
        assertThatThrownBy(() -> runtime(BOW).create(order))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("the name " + name + " is taken by container");
        assertThat(nerdctl.home().podman("ps", "--format", "{{.Names}}")).isEqualTo(name);
    }

    @Test
    void starts_again_what_a_reboot_cut_short() throws Exception {
        var runtime = runtime(BOW);
        var order = order("web", lasting());
        var web = runtime.create(order);
        nerdctl.reboot();
        bootedAt = Long.MAX_VALUE;

        var next = runtime(BOW);
        assertThat(next.list())
                .extracting(Found::observation)
                .containsExactly(new Observation.Interrupted("the machine was restarted"));
        assertThat(next.restart(web.id(), order)).isInstanceOf(Observation.Running.class);
        assertThat(next.list()).extracting(Found::id).containsExactly(web.id());
    }

    @Test
    void says_shortly_what_is_wrong() {
        assertThatThrownBy(() -> runtime(BOW).create(order("web", broken())))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("no-such-command")
                .hasMessageContaining("Execution of 'nerdctl \"run\" \"--detach\"")
                .hasMessageNotContaining("level=");
    }
}

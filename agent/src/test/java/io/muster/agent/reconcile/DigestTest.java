package io.muster.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.AccessRule.LogRule;
import io.muster.api.state.AddCondition;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DigestTest {
    private final Workload web = Workload.of("a", "podman", "image: nginx");

    @Test
    void is_the_same_for_what_a_container_is_not_made_of() {
        var tagged = web.withTags(new TreeMap<>(Map.of("k", "v")));
        var dependent =
                web.withDependencies(
                        new TreeMap<>(
                                Map.of(
                                        new WorkloadName("db"),
                                        Dependency.on(AddCondition.ADD_COND_RUNNING))));
        assertThat(Digest.of(tagged)).isEqualTo(Digest.of(web));
        assertThat(Digest.of(dependent)).isEqualTo(Digest.of(web));
        assertThat(Digest.of(web.withRestartPolicy(RestartPolicy.ALWAYS)))
                .isEqualTo(Digest.of(web));
        assertThat(Digest.of(web.withAgent("b"))).isEqualTo(Digest.of(web));
    }

    @Test
    void is_another_for_what_a_container_is_made_of() {
        assertThat(Digest.of(Workload.of("a", "native", "image: nginx")))
                .isNotEqualTo(Digest.of(web));
        assertThat(Digest.of(Workload.of("a", "podman", "image: nginx2")))
                .isNotEqualTo(Digest.of(web));
        assertThat(Digest.of(with(new WorkloadFile.TextFile("/x", "y"))))
                .isNotEqualTo(Digest.of(web))
                .isNotEqualTo(Digest.of(with(new WorkloadFile.BinaryFile("/x", "y"))))
                .isNotEqualTo(Digest.of(with(new WorkloadFile.TextFile("/xy", ""))));
    }

    @Test
    void knows_whether_there_is_a_control_interface_and_not_its_rules() {
        var one = with(new ControlInterfaceAccess(List.of(new LogRule(List.of("a"))), List.of()));
        var two = with(new ControlInterfaceAccess(List.of(new LogRule(List.of("b"))), List.of()));
        assertThat(Digest.of(one)).isEqualTo(Digest.of(two)).isNotEqualTo(Digest.of(web));
    }

    @Test
    void is_pinned_because_containers_outlive_the_agent() {
        assertThat(Digest.of(web))
                .isEqualTo("ebef3d19b1e7f046be6bb488d34c278cc7f4c3ff9af5a6fb2cacb7310ee5a573");
    }

    private Workload with(WorkloadFile file) {
        return with(web.controlInterfaceAccess(), List.of(file));
    }

    private Workload with(ControlInterfaceAccess access) {
        return with(access, List.of());
    }

    private Workload with(ControlInterfaceAccess access, List<WorkloadFile> files) {
        return new Workload(
                web.agent(),
                web.runtime(),
                web.runtimeConfig(),
                web.restartPolicy(),
                web.dependencies(),
                web.tags(),
                access,
                web.configs(),
                files);
    }
}

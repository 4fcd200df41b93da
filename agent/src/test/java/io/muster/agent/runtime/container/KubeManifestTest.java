package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.agent.runtime.container.KubeManifest.Restarts;
import io.muster.api.runtime.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KubeManifestTest {
    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {app: x}}
            spec:
              restartPolicy: %s
              containers: [{name: nginx, image: nginx}]
            """;

    private static final String DEPLOYMENT =
            """
            kind: Deployment
            metadata:
              name: db
            spec:
              template: {spec: {containers: [{name: db, image: db}]}}
            """;

    @ParameterizedTest
    @CsvSource({
        "Never, NEVER",
        "OnFailure, ON_FAILURE",
        "Always, ALWAYS",
        "'', NEVER",
    })
    void knows_what_podman_does_about_containers_that_have_ended(String policy, Restarts expected)
            throws Exception {
        assertThat(KubeManifest.parse(POD.formatted(policy)).restarts()).isEqualTo(expected);
    }

    @Test
    void takes_the_strongest_policy_of_all_its_documents() throws Exception {
        var both = POD.formatted("Never") + "---\n" + POD.formatted("OnFailure");
        assertThat(KubeManifest.parse(both).restarts()).isEqualTo(Restarts.ON_FAILURE);
        assertThat(KubeManifest.parse(both + "---\n" + DEPLOYMENT).restarts())
                .isEqualTo(Restarts.ALWAYS);
        var silent = POD.replace("  restartPolicy: %s\n", "");
        assertThat(KubeManifest.parse(silent).restarts()).isEqualTo(Restarts.ALWAYS);
    }

    @Test
    void knows_the_pods_that_podman_makes_of_it_and_no_others() throws Exception {
        var manifest =
                KubeManifest.parse(
                        "kind: PersistentVolumeClaim\nmetadata: {name: data}\n---\n"
                                + POD.formatted("Never")
                                + "---\n"
                                + DEPLOYMENT);
        assertThat(manifest.makes("web")).isTrue();
        assertThat(manifest.makes("db-pod")).isTrue(); // podman 4.4 and later
        assertThat(manifest.makes("db-pod-0")).isTrue(); // earlier ones
        assertThat(manifest.makes("db")).isFalse();
        assertThat(manifest.makes("web-pod")).isFalse();
        assertThat(manifest.makes("data")).isFalse();
    }

    @Test
    void refuses_what_is_no_yaml_or_runs_nothing_and_names_the_place() throws Exception {
        assertThatThrownBy(() -> KubeManifest.parse("kind: Pod\nmetadata: {name: x\n"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("runtimeConfig.manifest: Failed to parse YAML manifest: ")
                .hasMessageContaining("line ");
        assertThatThrownBy(() -> KubeManifest.parse("kind: ConfigMap\n"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("no document of the kind Pod or Deployment")
                .matches(failure -> !((RuntimeFailure) failure).retryable());
        assertThat(KubeManifest.parse("kind: DaemonSet\nmetadata: {name: x}").makes("x-pod"))
                .isTrue();
        assertThatThrownBy(() -> KubeManifest.parse("[1, 2]"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("no document of the kind");
    }

    @Test
    void refuses_a_config_that_would_not_fit_where_it_is_kept() {
        var large = "manifest: |\n  # " + "x".repeat(100_000);
        assertThatThrownBy(() -> KubeConfig.parse(large))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("podman-kube can keep 96000")
                .hasMessageContaining("make several workloads of it");
    }

    @Test
    void names_all_that_is_wrong_with_a_config_at_once() {
        assertThatThrownBy(() -> KubeConfig.parse("playOptions: x\ngeneralOptions: [--remote]"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("runtimeConfig.manifest: is missing")
                .hasMessageContaining("runtimeConfig.playOptions: a list is needed")
                .hasMessageContaining("\"--remote\" leads to another podman");
    }

    @Test
    void reads_the_ids_of_pods_and_not_those_of_containers() {
        assertThat(
                        KubeMaker.pods(
                                """
                                [starting container 0123456789ab: no such file]
                                Pod:
                                a4418fc05440
                                Containers:
                                2ac20ef241db
                                2f9a26f9dee5

                                Pod:
                                5ab3bf3c7531
                                Container:
                                8073fd3e3bc3
                                """))
                .containsExactly("a4418fc05440", "5ab3bf3c7531");
    }
}

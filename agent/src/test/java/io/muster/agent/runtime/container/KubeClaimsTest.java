package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KubeClaimsTest {
    private static final String MANIFEST =
            """
            kind: PersistentVolumeClaim
            metadata: {name: data}
            ---
            kind: ConfigMap
            metadata: {name: data}
            ---
            kind: PersistentVolumeClaim
            metadata: {name: more}
            ---
            kind: Pod
            metadata: {name: web}
            spec: {hostNetwork: yes}
            """;

    @Test
    void leaves_out_the_one_whose_volume_is_there_and_nothing_else() {
        var rest =
                KubeClaims.without(
                        MANIFEST,
                        "volume with name data already exists: volume already exists. Execution of"
                                + " 'podman \"kube\" \"play\"'");

        assertThat(rest)
                .contains(
                        """
                        ---
                        kind: ConfigMap
                        metadata: {name: data}
                        ---
                        kind: PersistentVolumeClaim
                        metadata: {name: more}
                        ---
                        kind: Pod
                        metadata: {name: web}
                        spec: {hostNetwork: yes}
                        """);
    }

    @Test
    void leaves_nothing_out_when_podman_complains_of_something_else() {
        assertThat(KubeClaims.without(MANIFEST, "image not known")).isEmpty();
        assertThat(KubeClaims.without(MANIFEST, "volume with name x already exists")).isEmpty();
    }
}

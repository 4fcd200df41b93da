package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.runtime.RuntimeFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KubeInterfaceTest {
    private static final Path FOLDER = Path.of("/run/x/control_interface");

    private static final String POD =
            """
            kind: Pod
            metadata: {name: web}
            spec:
              containers:
              - name: app
                image: app
                env: [{name: A, value: "yes"}, {name: B, value: yes}, {name: C, value: 10}]
                volumeMounts:
                - {name: data, mountPath: /data}
              - name: side
                image: side
              volumes:
              - name: data
            """;

    private static final String DEPLOYMENT =
            """
            kind: Deployment
            metadata: {name: db}
            spec:
              template:
                spec:
                  containers: [{name: db, image: db}]
            """;

    private static final String MOUNT =
            """
            - name: "control-interface-volume"
              mountPath: "/run/ankaios/control_interface"
            """;

    private static final String VOLUME =
            """
            - name: "control-interface-volume"
              hostPath:
                path: "/run/x/control_interface"
                type: "Directory"
            """;

    @Test
    void an_alias_for_the_mounts_of_another_container_gives_that_one_nothing() throws Exception {
        var text =
                KubeInterface.into(
                        """
                        kind: Pod
                        metadata: {name: web}
                        spec:
                          containers:
                          - name: app
                            volumeMounts: &mounts
                            - {name: data, mountPath: /data}
                          - name: side
                            volumeMounts: *mounts
                          - &base
                            name: third
                            volumeMounts: [{name: base, mountPath: /base}]
                          - <<: *base
                            name: fourth
                        """,
                        "web/app",
                        FOLDER);
        assertThat(text.split("control-interface-volume", -1)).hasSize(3); // a mount, a volume
        var merged =
                KubeInterface.into(
                        """
                        kind: Pod
                        metadata: {name: web}
                        spec:
                          containers:
                          - &base
                            name: third
                            volumeMounts: [{name: base, mountPath: /base}]
                          - <<: *base
                            name: fourth
                        """,
                        "web/fourth",
                        FOLDER);
        assertThat(merged.split("control-interface-volume", -1)).hasSize(3);
        assertThat(merged.substring(merged.indexOf("fourth")))
                .containsPattern("volumeMounts:\\s+- [*{]");
    }

    @Test
    void one_container_gets_the_folder_and_all_else_stays_as_it_is() throws Exception {
        var text = KubeInterface.into(POD + "---\n" + DEPLOYMENT, "web/app", FOLDER);
        assertThat(text)
                .isEqualTo(
                        """
                        ---
                        kind: Pod
                        metadata: {name: web}
                        spec:
                          containers:
                          - name: app
                            image: app
                            env: [{name: A, value: "yes"}, {name: B, value: yes}, {name: C, value: 10}]
                            volumeMounts:
                            - {name: data, mountPath: /data}
                        """
                                + MOUNT.indent(4)
                                + """
                                  - name: side
                                    image: side
                                  volumes:
                                  - name: data
                                """
                                + VOLUME.indent(2)
                                + "---\n"
                                + DEPLOYMENT);
    }

    @Test
    void a_deployment_is_found_by_the_name_of_its_pod() throws Exception {
        var text = KubeInterface.into(POD + "---\n" + DEPLOYMENT, "db-pod/db", FOLDER);
        assertThat(text).contains(VOLUME.indent(6)).startsWith("---\n" + POD);
    }

    @ParameterizedTest
    @CsvSource({
        "'', Control interface target not specified in runtime config",
        "web, Invalid control interface target format: 'web'",
        "web/app/x, Invalid control interface target format: 'web/app/x'",
        "cat/app, Cannot add Control Interface. Target pod not found 'cat'",
        "db/db, Cannot add Control Interface. Target pod not found 'db'",
        "web/cat, Cannot add Control Interface. Target container 'cat' not found",
    })
    void a_target_that_is_not_there_is_refused_for_good(String target, String message) {
        assertThatThrownBy(() -> KubeInterface.into(POD + "---\n" + DEPLOYMENT, target, FOLDER))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, e -> assertThat(e.retryable()).isFalse())
                .hasMessageContaining(message);
    }
}

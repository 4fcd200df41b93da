package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class KubePulledTest {
    @Test
    void nothing_but_policies_that_pull_becomes_another() {
        var manifest =
                """
                # \uD83D\uDE80 beyond the first plane
                kind: Pod
                metadata: {name: web, annotations: {imagePullPolicy: Always}}
                spec:
                  initContainers:
                  - {name: first, image: registry.example/init:1, imagePullPolicy: "Always"}
                  - {image: side, name: flow}
                  containers:
                  - name: always
                    image: registry.example/x:1 # a remark
                    imagePullPolicy: always  # another
                    env: [{name: A, value: yes}]
                  - name: never
                    image: registry.example/y
                    imagePullPolicy: Never
                  -   image: registry.example/latest
                      name: latest
                  - &alias
                    name: newer
                    image: registry.example/z:1
                    imagePullPolicy: Newer
                  - *alias
                  - name: pinned
                    image: registry.example/x:1
                  - name: none
                ---
                kind: Deployment
                spec:
                  template:
                    spec:
                      containers:
                      - name: db
                        image: db:latest
                ---
                kind: ConfigMap
                data:
                  containers: |
                    - imagePullPolicy: Always
                """;
        assertThat(KubePulled.of(manifest))
                .isEqualTo(
                        manifest.replace(
                                        "init:1, imagePullPolicy: \"Always\"",
                                        "init:1, imagePullPolicy: IfNotPresent")
                                .replace(
                                        "{image: side",
                                        "{imagePullPolicy: IfNotPresent, image: side")
                                .replace(
                                        "imagePullPolicy: always  #",
                                        "imagePullPolicy: IfNotPresent  #")
                                .replace(
                                        "-   image: registry.example/latest",
                                        "-   imagePullPolicy: IfNotPresent\n"
                                                + "      image: registry.example/latest")
                                .replace("imagePullPolicy: Newer", "imagePullPolicy: IfNotPresent")
                                .replace(
                                        "- name: db\n",
                                        "- imagePullPolicy: IfNotPresent\n        name: db\n"));
    }

    @Test
    void a_policy_that_others_refer_to_is_left_alone() {
        for (var second : List.of("imagePullPolicy: *p", "name: b")) {
            var manifest =
                    """
                    kind: Pod
                    spec:
                      containers:
                      - name: a
                        image: registry.example/x:1
                        imagePullPolicy: &p Always
                      - image: registry.example/y:1
                        %s
                    """
                            .formatted(second);
            assertThat(KubePulled.of(manifest)).isEqualTo(manifest);
        }
    }

    @Test
    void an_empty_policy_is_none_and_is_written_behind_its_colon() {
        var manifest =
                """
                kind: Pod
                spec:
                  containers:
                  - name: a
                    image: web
                    imagePullPolicy:
                  - name: b
                    imagePullPolicy: # as always
                    image: web
                  - {name: c, imagePullPolicy: , image: web}
                """;
        assertThat(KubePulled.of(manifest))
                .isEqualTo(manifest.replace("imagePullPolicy:", "imagePullPolicy: IfNotPresent"));
    }

    @Test
    void what_is_no_yaml_to_us_is_left_to_podman() {
        assertThat(KubePulled.of("a: [")).isEqualTo("a: [");
    }
}

package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class KubeImagesTest {
    private static final String MANIFEST =
            """
            generalOptions: ["--log-level=warn"]
            playOptions: PLAY
            manifest: |
              apiVersion: v1
              kind: Pod
              metadata:
                name: web
                annotations: {containers: "2"}
              spec:
                initContainers:
                - {name: first, image: registry.example/init:1}
                containers:
                - name: nginx
                  image: registry.example:5000/nginx
                  env: [{name: A, value: b}]
                - name: again
                  image: registry.example/init:1
                - name: pinned
                  image: registry.example/x@sha256:0123
                  imagePullPolicy: Always
                - name: none
              ---
              apiVersion: apps/v1
              kind: Deployment
              metadata: {name: db}
              spec:
                template:
                  spec:
                    containers:
                    - {name: db, image: db:latest, imagePullPolicy: Never}
                    - {name: side, image: "side:latest"}
              ---
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: config}
              data:
                containers: |
                  - image: not-this
            """;

    private static List<String> images(String playOptions) throws Exception {
        return KubeImages.of(KubeConfig.parse(MANIFEST.replace("PLAY", playOptions))).stream()
                .map(image -> image.name() + " " + image.mode() + " " + image.pullOptions())
                .toList();
    }

    @Test
    void are_those_of_all_containers_with_their_policies() throws Exception {
        assertThat(images("[]"))
                .containsExactly(
                        "registry.example/init:1 MISSING []",
                        "registry.example:5000/nginx NEWER []",
                        "registry.example/x@sha256:0123 ALWAYS []",
                        "db:latest NEVER []",
                        "side:latest NEWER []");
    }

    @Test
    void are_pulled_as_they_would_be_played() throws Exception {
        assertThat(images("[\"--network\", \"host\", \"--tls-verify=false\"]"))
                .allMatch(image -> image.endsWith("[--tls-verify=false]"));
    }

    @Test
    void are_left_to_podman_where_it_may_build_them() throws Exception {
        assertThat(images("[\"--build\"]")).isEmpty();
        assertThat(images("[\"--context-dir=/srv\"]")).isEmpty();
    }
}

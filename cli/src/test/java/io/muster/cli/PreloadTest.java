package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.request.ImageOrder;
import io.muster.api.state.ImagePullPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster image preload} against a real server, over a broker in memory. */
final class PreloadTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            workloads:
              web:
                runtime: podman
                agent: bow
                configs:
                  tag: version
                imagePullPolicy: ALWAYS
                runtimeConfig: |
                  image: web:{{tag}}
              db:
                runtime: podman
                agent: OF_DB
                runtimeConfig: "image: db:1"
              bell:
                runtime: native
                agent: bow
                runtimeConfig: "command: sleep"
              idle:
                runtime: podman
                agent: ""
                runtimeConfig: "image: idle:1"
            configs:
              version: "2"
            """;

    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();
    private ScriptedAgent bow;

    @BeforeEach
    void start() {
        cluster.startServer();
        bow = cluster.startAgent("bow");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String manifest(String agentOfDb) throws IOException {
        return Files.writeString(folder.resolve("m.yaml"), MANIFEST.replace("OF_DB", agentOfDb))
                .toString();
    }

    private TestCluster.Result onBow(String... words) {
        return preload(Stream.concat(Stream.of("--agent=bow"), Stream.of(words)));
    }

    private TestCluster.Result preload(Stream<String> words) {
        return cluster.run(
                Stream.concat(Stream.of("image", "preload"), words).toArray(String[]::new));
    }

    private ImageOrder order(String workload) {
        return bow.pulled.stream()
                .flatMap(pull -> pull.orders().stream())
                .filter(order -> order.instance().workload().value().equals(workload))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void has_the_images_of_a_manifest_pulled_where_they_will_be_needed() throws IOException {
        bow.pullFailures.put("web", "");
        bow.pullFailures.put("db", "");
        var result = cluster.run("image", "preload", "-f", manifest("bow")).succeeds();
        assertThat(result.out.lines())
                .containsExactlyInAnyOrder(
                        "bow db is being pulled",
                        "bow web is being pulled",
                        "All images are there.");
        assertThat(result.err)
                .contains("left out, as they have no images: bell")
                .contains("left out, as no agent is named for them: idle");
        assertThat(order("web").runtimeConfig().strip()).isEqualTo("image: web:2");
        assertThat(order("web").policy()).isEqualTo(ImagePullPolicy.ALWAYS);
        assertThat(order("db").policy()).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
        assertThat(order("db").forced()).isFalse();
        await().until(() -> !bow.endedLogs.isEmpty());
        assertThat(cluster.run("get", "workloads").succeeds().out).doesNotContain("web");
    }

    @Test
    void has_images_pulled_that_are_named() {
        bow.pullFailures.put("app-2", "");
        var result =
                onBow("--image-pull-policy=ALWAYS", "example.com/app:2", "example.com/app:2")
                        .succeeds();
        assertThat(result.out).isEqualTo("bow is being pulled\nAll images are there.\n");
        assertThat(order("app-2").runtime()).isEqualTo("podman");
        assertThat(order("app-2").runtimeConfig().strip()).isEqualTo("image: example.com/app:2");
        assertThat(order("app-2").policy()).isEqualTo(ImagePullPolicy.ALWAYS);
        assertThat(order("app-2").forced()).isTrue();
    }

    @Test
    void says_what_could_not_be_had_and_goes_on_with_the_others() throws IOException {
        bow.pullFailures.put("web", "manifest unknown; look at the tag");
        bow.pullFailures.put("db", "");
        var result = cluster.run("-q", "image", "preload", "-f", manifest("bow")).failsWith(1);
        assertThat(result.out).isEmpty();
        assertThat(result.err)
                .contains("warning: bow web: manifest unknown; look at the tag")
                .contains("error: Failed to preload images: 1 of 2 are not as wished");
    }

    @Test
    void of_an_agent_that_is_unknown_or_away_does_not_keep_the_others_from_it() throws IOException {
        bow.pullFailures.put("web", "");
        var result = cluster.run("image", "preload", "-f", manifest("bov")).failsWith(1);
        assertThat(result.err).contains("warning: db: there is no agent bov; did you mean bow?");
        assertThat(result.out).contains("bow web is being pulled");

        var stern = cluster.startAgent("stern");
        stern.close();
        await().untilAsserted(() ->
                assertThat(cluster.run("image", "preload", "-f", manifest("stern")).err)
                        .contains("warning: db: its agent stern is not connected; ask again"));
        assertThat(cluster.run("image", "preload", "--agent", "stern", "a", "b").failsWith(1).err)
                .contains("agent stern is not connected")
                .contains("2 of 2");
    }

    @Test
    void ends_the_pulls_when_time_is_up() {
        bow.pullFailures.put("quick", "");
        var result = onBow("--timeout", "5s", "quick", "slow").failsWith(1);
        assertThat(result.err).contains("warning: bow: not there within 5s").contains("1 of 2");
        await().until(() -> !bow.endedLogs.isEmpty());
    }

    @Test
    void ends_with_the_reason_when_the_agent_is_lost() {
        var result = cluster.start("image", "preload", "--agent", "bow", "slow");
        result.awaitOut(out -> out.contains("is being pulled"));
        bow.close();
        assertThat(result.failsWith(1).err())
                .contains("warning: bow: agent bow is gone: it was stopped");
    }

    @Test
    void asks_in_portions_for_very_many() {
        var images = IntStream.range(0, 70).mapToObj(i -> "i" + i).toArray(String[]::new);
        for (var image : images) {
            bow.pullFailures.put(image, "");
        }
        onBow(images).succeeds();
        assertThat(bow.pulled).extracting(pull -> pull.orders().size()).containsExactly(64, 6);
    }

    @Test
    void asks_other_agents_though_one_takes_its_time() {
        var stern = cluster.startAgent("stern");
        var images = IntStream.range(0, 64).mapToObj(i -> "i" + i).toList();
        images.forEach(image -> stern.pullFailures.put(image, ""));
        var words = Stream.of("--agent=bow", "--agent=stern", "--timeout=5s");
        var result = preload(Stream.concat(words, images.stream())).failsWith(1);
        assertThat(result.err).contains("64 of 128 are not as wished");
        assertThat(stern.pulled).isNotEmpty();
    }

    @Test
    void of_nothing_says_so() throws IOException {
        var empty = Files.writeString(folder.resolve("e.yaml"), "apiVersion: v1\n").toString();
        assertThat(cluster.run("image", "preload", "-f", empty).succeeds().out)
                .isEqualTo("No images to preload.\n");
    }

    @Test
    void refuses_what_makes_no_sense() throws IOException {
        var file = manifest("bow");
        misused("give manifests with -f, or --agent AGENT and the names of images");
        misused("not both", "-f", file, "web:1");
        misused("--agent AGENT", "web:1");
        misused("give --agent once", "-f", file, "--agent=a", "--agent=b");
        misused("leave out --runtime", "-f", file, "--runtime=podman");
        misused("write podman or containerd", "--agent=a", "--runtime=native", "web:1");
        misused("IF_NOT_PRESENT, ALWAYS, NEVER", "--image-pull-policy=always", "-f", file);
        misused("no time to wait", "--timeout=soon", "-f", file);
        misused("no time to wait", "--timeout=0s", "-f", file);
        misused("no name of an image", "--agent=a", "");
        misused("agent name \"a b\"", "--agent=a b", "web:1");
        assertThat(bow.pulled).isEmpty();
    }

    private void misused(String why, String... words) {
        assertThat(preload(Stream.of(words)).failsWith(2).err).contains(why);
    }
}

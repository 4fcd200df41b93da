package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.agent.runtime.container.WantedImage.Mode;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes;
import io.muster.api.shell.Processes.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ImagesTest {
    private static final int CREDENTIALS_LENGTH = 8;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile Finished pulled = new Finished(0, "", "");
    private volatile int there = 1;

    private final Images images = images(this::perform);

    private static Images images(Processes processes) {
        var program = new CommandLine("podman", processes, new TreeMap<>());
        return new Images(program, ImageStore.podman(program));
    }

    private Finished perform(Processes.Command command) throws IOException, InterruptedException {
        calls.add(String.join(" ", command.words()));
        if (!command.words().contains("pull")) {
            return new Finished(there, "", there == 125 ? "Error: no storage" : "");
        }
        if (!go.await(20, TimeUnit.SECONDS)) {
            throw new IOException("nobody lets it go");
        }
        return pulled;
    }

    private static WantedImage wanted(String name, Mode mode) {
        return new WantedImage(List.of(), name, mode, List.of());
    }

    @Test
    void that_are_there_are_not_pulled_and_no_registry_is_asked() throws Exception {
        there = 0;
        images.get(wanted("web", Mode.MISSING));
        images.get(wanted("web", Mode.NEVER));
        assertThat(calls).containsExactly("podman image exists web", "podman image exists web");
    }

    @Test
    void of_which_it_is_not_known_whether_they_are_there_are_not_pulled() {
        there = 125;
        assertThatThrownBy(() -> images.get(wanted("web", Mode.MISSING)))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("no storage");
        assertThat(calls).hasSize(1);
    }

    @Test
    void that_are_wanted_by_several_are_pulled_once() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < 5; i++) {
                all.add(threads.submit(() -> get("web")));
            }
            await().until(() -> calls.size() == 6); // each has looked, one pulls
            go.countDown();
            for (var each : all) {
                assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(true);
            }
        }
        assertThat(calls.stream().filter(call -> call.contains("pull"))).hasSize(1);
    }

    @Test
    void of_one_registry_do_not_wait_for_those_of_another_that_does_not_answer() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < 3; i++) { // as many as are pulled at once
                var name = "dead.example:5000/web" + i;
                all.add(threads.submit(() -> get(name)));
            }
            await().until(() -> pulls() == 3);
            all.add(threads.submit(() -> get("example.org/web")));
            all.add(threads.submit(() -> get("web")));
            await().until(() -> pulls() == 5);
            go.countDown();
            for (var each : all) {
                assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(true);
            }
        }
    }

    private long pulls() {
        return calls.stream().filter(call -> call.contains(" pull ")).count();
    }

    @Test
    void that_cannot_be_had_fail_for_all_who_wait_for_them_and_say_why() throws Exception {
        pulled = new Finished(125, "", "Error: initializing source docker://web: no such host");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> get("web"));
            var second = threads.submit(() -> get("web"));
            await().until(() -> calls.size() == 3);
            go.countDown();
            for (var each : List.of(first, second)) {
                assertThatThrownBy(() -> each.get(10, TimeUnit.SECONDS))
                        .hasMessageContaining("no such host")
                        .hasMessageContaining("\"pull\" \"--quiet\" \"web\"");
            }
        }
    }

    @Test
    void whose_pull_is_given_up_by_one_are_pulled_by_another_who_waits() throws Exception {
        var first = new CompletableFuture<Throwable>();
        var thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                images.get(wanted("web", Mode.MISSING));
                            } catch (RuntimeFailure e) {
                                first.complete(e);
                            }
                        });
        await().until(() -> calls.size() == 2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var second = threads.submit(() -> get("web"));
            await().until(() -> calls.size() == 3);
            thread.interrupt();
            assertThat(first.get(10, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
            await().until(() -> calls.size() == 4);
            go.countDown();
            assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(true);
        }
    }

    @Test
    void tell_how_it_goes() throws Exception {
        go.countDown();
        there = 0;
        assertThat(told(wanted("web", Mode.MISSING))).containsExactly("web is there");
        assertThat(told(wanted("web", Mode.NEVER))).containsExactly("web is there");
        assertThat(told(wanted("web", Mode.ALWAYS)))
                .containsExactly("web is being pulled", "web was pulled");
        there = 1;
        assertThat(told(wanted("web", Mode.MISSING), wanted("db", Mode.MISSING)))
                .containsExactly(
                        "web is being pulled",
                        "web was pulled",
                        "db is being pulled",
                        "db was pulled");
        assertThat(told()).isEmpty();
    }

    private static String text(LogReader reader) throws RuntimeFailure {
        var text = new StringBuilder();
        var buffer = new byte[7]; // less than a line
        for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
            text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private List<String> told(WantedImage... wanted) throws Exception {
        try (var pull = ImagePull.begin(images, List.of(wanted))) {
            return text(pull).lines().toList();
        }
    }

    @Test
    void that_cannot_be_had_are_all_named_with_a_remedy() throws Exception {
        go.countDown();
        pulled = new Finished(125, "", "Error: unauthorized: access to the resource is denied");
        try (var pull =
                ImagePull.begin(
                        images, List.of(wanted("web", Mode.NEVER), wanted("db", Mode.ALWAYS)))) {
            assertThatThrownBy(() -> text(pull))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageContaining("web is not on this node")
                    .hasMessageContaining("\"pull\" \"--quiet\" \"db\"")
                    .hasMessageContaining("podman login");
        }
    }

    @Test
    void are_got_no_further_when_nobody_listens_any_more() throws Exception {
        var pull =
                ImagePull.begin(
                        images, List.of(wanted("web", Mode.ALWAYS), wanted("db", Mode.ALWAYS)));
        await().until(() -> calls.size() == 1);
        pull.close();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(() -> text(pull)).get(10, TimeUnit.SECONDS))
                    .doesNotContain("was pulled");
        }
        go.countDown();
        images.get(wanted("other", Mode.ALWAYS));
        assertThat(calls).noneMatch(call -> call.endsWith(" db"));
    }

    private boolean get(String name) throws RuntimeFailure {
        images.get(wanted(name, Mode.MISSING));
        return true;
    }

    @Test
    void that_would_better_be_newer_may_be_as_they_are() throws Exception {
        go.countDown();
        pulled = new Finished(125, "", "Error: no such host");
        there = 0;
        images.get(wanted("web", Mode.NEWER));
        there = 1;
        assertThatThrownBy(() -> images.get(wanted("web", Mode.NEWER)))
                .hasMessageContaining("no such host");
    }

    @Test
    void that_cannot_be_had_betray_no_credentials() {
        go.countDown();
        pulled = new Finished(125, "", "Error: unauthorized: access to the resource is denied");
        var secret = "me:" + "s".repeat(CREDENTIALS_LENGTH);
        for (var options : List.of(List.of("--creds", secret), List.of("--creds=" + secret))) {
            var image = new WantedImage(List.of(), "web", Mode.ALWAYS, options);
            assertThatThrownBy(() -> images.get(image))
                    .hasMessageContaining("unauthorized")
                    .hasMessageNotContaining(secret);
        }
    }
}

package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.host.DirectoryDisk;
import io.muster.tests.preload.Preload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That an update is on the disk before it is acknowledged, as the kernel sees it. */
@Tag("strace")
final class ForcedIT {
    private static final String MARKER = "forcedmarker";

    /** What the server says of the second update that is stored. */
    private static final String SECOND = "revision=\"2\"";

    @TempDir Path folder;

    @Test
    void an_update_is_forced_to_disk_between_its_request_and_its_answer() throws Exception {
        var house = new House(folder);
        var output = folder.resolve("system-calls");
        try {
            var server = house.server();
            apply(house, "before"); // it is up, and its code is warm
            var tracing =
                    new ProcessBuilder(
                                    "strace",
                                    "-f",
                                    "-s",
                                    "8192",
                                    "-e",
                                    "trace=read,write,writev,pwrite64,fsync,fdatasync",
                                    "-o",
                                    output.toString(),
                                    "-p",
                                    Long.toString(server.pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("strace-output").toFile())
                            .start();
            try {
                await("strace is attached")
                        .atMost(House.PATIENCE)
                        .until(() ->
                                Files.readString(folder.resolve("strace-output"))
                                        .contains("attached"));
                apply(house, MARKER);
            } finally {
                tracing.destroy();
                assertThat(tracing.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            house.tearDown();
        }

        var calls = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
        // A call that others interrupt has two lines: it is over with the second.
        int asked =
                first(
                        calls,
                        0,
                        call -> call.matches(".*read(\\(| resumed>).*") && call.contains(MARKER));
        int stored = first(calls, asked, call -> call.contains("pwrite64("));
        int forced =
                first(
                        calls,
                        stored,
                        call -> call.matches(".*f(data)?sync(\\(\\d+\\)| resumed>\\)) += 0"));
        int answered =
                first(
                        calls,
                        asked,
                        call ->
                                call.contains("write")
                                        && call.contains("response/client/")
                                        && call.contains(MARKER));
        assertThat(List.of(asked, stored, forced, answered))
                .as("the request, the write, the force, and the answer")
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void each_new_folder_is_forced_into_the_one_that_names_it() throws Exception {
        var output = folder.resolve("system-calls");
        var tracing =
                new ProcessBuilder(
                                "strace",
                                "-f",
                                "-y",
                                "-e",
                                "trace=fsync,fdatasync",
                                "-o",
                                output.toString(),
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Locking.class.getName(),
                                folder.resolve("one/two/three").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("strace-output").toFile())
                        .start();
        try {
            assertThat(tracing.waitFor(House.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            tracing.destroyForcibly();
        }
        assertThat(tracing.exitValue()).as(folder.resolve("strace-output").toString()).isZero();
        var real = folder.toRealPath();
        assertThat(output)
                .content()
                .contains("<" + real + ">")
                .contains("<" + real.resolve("one") + ">")
                .contains("<" + real.resolve("one/two") + ">");
    }

    @Test
    @Tag("gcc")
    void what_cannot_be_forced_is_not_acknowledged_though_it_can_be_read_back() throws Exception {
        var house = new House(folder);
        var dying = folder.resolve("dying");
        var environment =
                List.of(
                        "env",
                        "LD_PRELOAD=" + Preload.compile("unforced", folder),
                        "UNFORCED=" + dying);
        var address = List.of("--insecure", "--address", "127.0.0.1:" + house.port());
        try {
            var server = house.serverBehind(environment, address);
            apply(house, "before");
            Files.createFile(dying);
            var file = house.file("manifest.yaml", manifest("first")).toString();
            await("the server comes to store it")
                    .atMost(House.PATIENCE.multipliedBy(2))
                    .until(() -> {
                        var result = house.muster("--no-wait", "apply", file);
                        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
                        return server.log().contains("not known whether updates are stored");
                    });
            assertThat(server.log()).doesNotContain(SECOND);
            Files.delete(dying);
            server.awaitLog(SECOND);
            apply(house, "after");
            assertThat(house.muster("get", "workloads").out()).contains("before", "first", "after");
            server.kill();
            house.serverBehind(environment, address);
            assertThat(house.muster("get", "workloads").out()).contains("before", "first", "after");
        } finally {
            house.tearDown();
        }
    }

    /** A program that makes a state directory. */
    static final class Locking {
        private Locking() {}

        static void main(String[] arguments) throws Exception {
            new DirectoryDisk(Path.of(arguments[0])).lock().close();
        }
    }

    private static void apply(House house, String name) throws Exception {
        var file = house.file("manifest.yaml", manifest(name)).toString();
        var result = house.muster("--no-wait", "apply", file);
        assertThat(result.exit()).as(result.toString()).isZero();
    }

    private static int first(List<String> calls, int from, Predicate<String> wanted) {
        for (int i = from; i < calls.size(); i++) {
            if (wanted.test(calls.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such system call after line " + from);
    }

    private static String manifest(String name) {
        return """
        apiVersion: v1
        workloads:
          %s:
            agent: nobody
            runtime: native
            runtimeConfig: "command: sleep"
        """
                .formatted(name);
    }
}

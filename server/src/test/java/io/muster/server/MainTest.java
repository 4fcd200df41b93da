package io.muster.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.host.DirectoryDisk;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Workload;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.server.store.SqliteStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program says before anything is started. */
final class MainTest {
    @TempDir Path folder;
    private Path emptyConfig = Path.of("unused");

    @BeforeEach
    void make() throws IOException {
        emptyConfig = folder.resolve("empty.conf"); // whatever this machine has in /etc is not ours
        Files.writeString(emptyConfig, "version = 'v1'\n");
    }

    @Test
    void prints_its_name_and_version_first() {
        assertThat(run(0, "--version")).startsWith("muster-server 0.1.0");
    }

    @Test
    void explains_the_rule_of_the_startup_manifest_in_its_help() {
        assertThat(run(0, "--help"))
                .contains("A startup manifest is applied once")
                .contains("--take-over")
                .contains("Exit codes");
    }

    @Test
    void insists_on_insecure_while_there_is_no_tls() {
        assertThat(run(1)).contains("there is no TLS").contains("--insecure (-k)");
        assertThat(run(1, "--broker", "mqtt://localhost")).contains("--insecure (-k)");
    }

    @Test
    void tells_every_problem_of_a_startup_manifest_before_anything_is_started_or_stored()
            throws IOException {
        var manifest = folder.resolve("bad.yaml");
        Files.writeString(
                manifest,
                """
                apiVersion: v1
                workloads:
                  a:
                    agent: bow
                    runtime: native
                    runtimeConfig: x
                    restartPolicy: SOMETIMES
                  b:
                    agent: no/name
                    runtime: native
                    runtimeConfig: x
                """);
        var state = folder.resolve("state");
        assertThat(run(1, "-k", "-m", manifest.toString(), "--state-dir", state.toString()))
                .contains("bad.yaml:7:")
                .contains("SOMETIMES")
                .contains("bad.yaml:9:")
                .contains("no/name");
        assertThat(state).doesNotExist();
    }

    @Test
    void names_a_cycle_in_a_startup_manifest() throws IOException {
        var manifest = folder.resolve("cycle.yaml");
        Files.writeString(
                manifest,
                """
                apiVersion: v1
                workloads:
                  a:
                    agent: bow
                    runtime: native
                    runtimeConfig: x
                    dependencies: {a: ADD_COND_RUNNING}
                """);
        assertThat(run(1, "-k", "-m", manifest.toString(), "--ephemeral")).contains("a -> a");
    }

    @Test
    void says_which_file_is_missing() {
        assertThat(run(1, "-k", "--ephemeral", "-m", "nowhere.yaml"))
                .contains("--startup-manifest: there is no file nowhere.yaml");
        assertThat(run(1, "-x", "nowhere.conf")).contains("nowhere.conf");
    }

    @Test
    void refuses_options_that_contradict_each_other() {
        assertThat(run(2, "-k", "--broker-user", "me")).contains("name it by --broker");
        assertThat(run(2, "-k", "--broker", "mqtt://h", "--broker-password", "x"))
                .contains("add --broker-user");
        assertThat(run(2, "-k", "--broker", "mqtt://h", "--broker-ca", "ca.pem"))
                .contains("is without TLS");
        assertThat(run(2, "-k", "--broker", "mqtt://h", "--trace", "t"))
                .contains("only the embedded broker");
        assertThat(run(2, "-k", "--broker", "http://h")).contains("--broker").contains("mqtt://");
        assertThat(run(2, "-k", "--address", "here"))
                .contains("--address")
                .contains("names no port");
        assertThat(run(2, "-k", "--cluster", "a/b")).contains("--cluster").contains("a/b");
    }

    @Test
    void takes_a_wrong_flag_or_variable_for_misuse() {
        assertThat(run(2, "--no-such-thing")).contains("--no-such-thing");
        assertThat(run(2, Map.of("MUSTER_SERVER_INSECURE", "maybe"))).contains("maybe");
    }

    @Test
    void reads_flags_from_the_environment_and_a_file() throws IOException {
        assertThat(run(2, Map.of("MUSTER_SERVER_INSECURE", "true", "MUSTER_SERVER_CLUSTER", "a/b")))
                .contains("MUSTER_SERVER_CLUSTER: ");
        var config = folder.resolve("server.conf");
        Files.writeString(config, "version = 'v1'\ninsecure = true\ncluster = 'c/d'\n");
        assertThat(run(1, "-x", config.toString()))
                .contains("server.conf:3: cluster: cluster name \"c/d\"");
        Files.writeString(config, "version = 'v1'\nclustr = 'x'\n");
        assertThat(run(1, "-x", config.toString())).contains("did you mean \"cluster\"");
    }

    @Test
    void tells_all_that_is_wrong_at_once_with_file_and_line() throws IOException {
        var config = folder.resolve("server.conf");
        Files.writeString(
                config,
                """
                version = 'v1'
                history = 0
                events = 100001
                max_workloads = -1
                cluster = 'c/d'
                address = 'here'

                [[mutating_hooks]]
                name = 'gone'
                prio = 256

                [[mutating_hooks]]
                name = 'gone'
                timeout_seconds = 0
                """);
        assertThat(run(1, "-x", config.toString()))
                .contains(
                        "server.conf:2: history: 0 is not possible; write a number from 1 to 1000")
                .contains("server.conf:3: events: 100001 is not possible; write a number from 0")
                .contains("server.conf:4: max_workloads: -1 is not possible; write a number from 1")
                .contains("server.conf:5: cluster: cluster name \"c/d\"")
                .contains("server.conf:6: address: ", "names no port")
                .contains("server.conf:10: mutating_hooks[0].prio: 256 is not possible")
                .contains("server.conf:8: mutating_hooks[0].path: ", "no executable file")
                .contains("server.conf:13: mutating_hooks[1].name: \"gone\" is there twice")
                .contains("server.conf:14: mutating_hooks[1].timeout_seconds: 0 is not possible");
        assertThat(run(2, "-k", "--history", "0"))
                .contains("error: --history: 0 is not possible; write a number from 1 to 1000");
        assertThat(run(2, "-k", "--events=-1", "--history=x", "--cluster", "a/b"))
                .contains("--events: -1", "--history: 'x' is not an int", "--cluster: ");
        Files.writeString(config, "version = 'v1'\nmutating_hooks = 'label'\n");
        assertThat(run(1, "-x", config.toString()))
                .contains("server.conf:2: mutating_hooks: is no array of tables");
    }

    @Test
    void a_store_is_verified_backed_up_exported_and_put_back_by_commands() throws Exception {
        var place = Files.createDirectory(folder.resolve("state"));
        try (var store =
                new SqliteStore(place, new DirectoryDisk(place), new SplittableRandom(1))) {
            store.open();
            store.commit(
                    new Commit(
                            new Revision(1),
                            Map.of(
                                    new WorkloadName("web"),
                                    new Head.Stored(
                                            Workload.of("bow", "native", "command: [\"x\"]"),
                                            new Revision(1))),
                            Set.of(),
                            Map.of(),
                            Set.of(),
                            List.of(),
                            Optional.empty()));
        }
        var backup = folder.resolve("backup.db").toString();

        assertThat(run(0, "store", "verify", "--state-dir", place.toString()))
                .contains("muster.db is sound", "revision   1", "workloads  1");
        // before "store" it means the same
        assertThat(run(0, "--state-dir", place.toString(), "store", "backup", backup))
                .contains("backup.db is sound");
        var manifest = run(0, "store", "export", backup);
        assertThat(manifest).contains("apiVersion: v1", "  web:", "agent: bow");
        assertThat(run(1, "store", "import", backup, "--state-dir", place.toString()))
                .contains("is a store already", "--replace");
        assertThat(run(0, "store", "import", backup, "--replace", "--state-dir", place.toString()))
                .contains("muster.db is sound", "muster.db.replaced-1 now");
        assertThat(run(2, "store")).contains("verify, backup, export or import");
    }

    private String run(int code, String... arguments) {
        return run(code, Map.of(), arguments);
    }

    private String run(int code, Map<String, String> environment, String... arguments) {
        var written = new ByteArrayOutputStream();
        var all = new ArrayList<>(List.of(arguments));
        if (all.stream().noneMatch(each -> each.equals("-x"))) {
            all.addAll(0, List.of("-x", emptyConfig.toString()));
        }
        var out = System.out;
        var err = System.err;
        try (var stream = new PrintStream(written, true, StandardCharsets.UTF_8)) {
            System.setOut(stream);
            System.setErr(stream);
            assertThat(Main.run(all.toArray(String[]::new), environment)).isEqualTo(code);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return written.toString(StandardCharsets.UTF_8);
    }
}

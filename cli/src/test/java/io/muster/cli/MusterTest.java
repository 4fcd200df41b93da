package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.state.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands against a real server, over a broker in memory. */
final class MusterTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            workloads:
              web:
                runtime: native
                agent: bow
                tags: {owner: ann}
                runtimeConfig: "command: sleep"
              db:
                runtime: podman
                agent: bow
                runtimeConfig: "image: db"
            """;

    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void start() {
        cluster.startServer();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Nested
    final class Apply {
        @Test
        void ends_when_everything_runs() throws IOException {
            cluster.startAgent("bow");
            var result = cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            assertThat(result.out)
                    .startsWith(
                            """
                            Successfully applied the manifest(s).
                            Waiting for workload(s) to reach desired states (press Ctrl+C to interrupt).

                            """)
                    .contains("web on bow: Running(Ok)\n")
                    .endsWith(
                            """

                            WORKLOAD NAME   AGENT   RUNTIME     EXECUTION STATE   ADDITIONAL INFO
                            db              bow     podman      Running(Ok)
                            web             bow     native      Running(Ok)
                            """);
            assertThat(result.err).isEmpty();
        }

        @Test
        void waits_while_something_starts() throws IOException {
            var agent = cluster.startAgent("bow");
            agent.say("web", Phase.PENDING_STARTING, "Triggered at runtime.");
            var result = cluster.start("apply", file("m.yaml", MANIFEST));
            result.awaitOut(out ->
                    out.contains("web on bow: Pending(Starting), Triggered at runtime.\n")
                            && out.contains("db on bow: Running(Ok)\n"));
            assertThat(result.ended).isNotDone();
            agent.say("web", Phase.FAILED_EXEC_FAILED, "Exit code: '3'");
            result.succeeds();
            assertThat(result.out)
                    .contains("web on bow: Failed(ExecFailed), Exit code: '3'\n")
                    .contains(
                            "web             bow     native      Failed(ExecFailed)   Exit code:"
                                    + " '3'\n");
        }

        @Test
        void says_when_there_is_nothing_to_do() throws IOException {
            cluster.startAgent("bow");
            var file = file("m.yaml", MANIFEST);
            cluster.run("apply", file).succeeds();
            assertThat(cluster.run("apply", file).succeeds().out)
                    .isEqualTo("Apply successful. No workloads updated.\n");
            assertThat(cluster.run("apply").succeeds().out).isEqualTo("Nothing to update.\n");
            assertThat(cluster.run("apply", file("e.yaml", "apiVersion: v1\n")).succeeds().out)
                    .isEqualTo("Nothing to update.\n");
        }

        @Test
        void deletes_what_manifests_name() throws IOException {
            cluster.startAgent("bow");
            var file = file("m.yaml", MANIFEST);
            cluster.run("apply", file).succeeds();
            cluster.run(
                            "run",
                            "workload",
                            "other",
                            "--runtime",
                            "native",
                            "--config",
                            "command: x",
                            "--agent",
                            "bow")
                    .succeeds();
            assertThat(cluster.run("apply", "-d", file).succeeds().out)
                    .contains("web on bow: Removed\n")
                    .contains("web             bow     native      Removed\n");
            assertThat(cluster.run("get", "workloads").succeeds().out)
                    .contains("other")
                    .doesNotContain("web");
        }

        @Test
        void reads_standard_input_and_sets_the_agent() {
            cluster.startAgent("stern");
            cluster.type(MANIFEST.replaceAll(" *agent: bow\n", ""));
            var result = cluster.run("apply", "--agent", "stern", "-").succeeds();
            assertThat(result.out)
                    .contains("web on stern: Running(Ok)")
                    .contains("db on stern: Running(Ok)");
        }

        @Test
        void needs_an_agent_from_somewhere_but_none_will_do() {
            cluster.type(MANIFEST.replaceAll(" *agent: bow\n", ""));
            assertThat(cluster.run("apply", "-").failsWith(1).err)
                    .contains("<stdin>:4:5: workloads.web: agent is missing")
                    .contains("--agent AGENT sets it for all workloads");
            assertThat(cluster.run("apply", "--agent", "", "-").succeeds().out)
                    .contains("web: NotScheduled\n");
        }

        @Test
        void tells_all_problems_of_all_files_and_sends_nothing() throws IOException {
            cluster.startAgent("bow");
            var first =
                    file(
                            "one.yaml",
                            MANIFEST.replace("tags", "restartPolicy: SOMETIMES\n    tags"));
            var second = file("two.yaml", "apiVersion: v1\nworkloads:\n  web!:\n    agent: 7\n");
            var good = file("good.yaml", MANIFEST.replace("web", "cache"));
            var result =
                    cluster.run("apply", first, second, good, folder + "/none.yaml").failsWith(1);
            assertThat(result.err)
                    .startsWith("error: Invalid manifest data provided, nothing was sent:\n  ")
                    .contains("one.yaml:6:")
                    .contains("SOMETIMES")
                    .contains("two.yaml:3:")
                    .contains("web!")
                    .contains("File '" + folder + "/none.yaml' not found");
            assertThat(result.out).isEmpty();
            assertThat(cluster.run("get", "workloads").out.lines()).hasSize(1);
        }

        @Test
        void refuses_one_name_in_two_files() throws IOException {
            var one = file("one.yaml", MANIFEST);
            var two = file("two.yaml", MANIFEST.replace("web", "cache"));
            assertThat(cluster.run("apply", one, two).failsWith(1).err)
                    .contains(
                            two
                                    + ":8:3: workloads.db: Multiple workloads with the same name"
                                    + " 'db' found, the other one at "
                                    + one
                                    + ":8:3; leave one out");
            assertThat(cluster.run("apply", "-", "-").failsWith(2).err).contains("only once");
        }

        @Test
        void tells_where_a_file_is_not_utf_8() throws IOException {
            var path = folder.resolve("latin.yaml");
            Files.write(path, new byte[] {'a', ':', '\n', 'b', (byte) 0xe9, '\n'});
            assertThat(cluster.run("apply", path.toString()).failsWith(1).err)
                    .contains("latin.yaml:2:2: is not UTF-8");
        }

        @Test
        void tells_why_the_server_refuses() throws IOException {
            var drawing = MANIFEST.replace("tags:", "configs: {a: only_in_a_cluster}\n    tags:");
            assertThat(cluster.run("apply", file("m.yaml", drawing)).failsWith(1).err)
                    .startsWith("error: Command failed: SetState failed with: ")
                    .contains("only_in_a_cluster");
        }

        @Test
        void tells_of_cycles_where_they_were_written_before_anybody_is_asked() throws IOException {
            var cycle =
                    MANIFEST.replace("tags:", "dependencies: {db: ADD_COND_RUNNING}\n    tags:")
                            + "    dependencies: {web: ADD_COND_RUNNING}\n";
            var file = file("m.yaml", cycle);
            assertThat(cluster.run("apply", file).failsWith(1).err)
                    .contains(file + ":13:5: workloads.db.dependencies: is part of a cycle");
            cluster.run("apply", "-d", file).succeeds(); // names are enough to delete
        }

        @Test
        void does_not_wait_for_an_agent_that_is_not_there() throws IOException {
            cluster.startAgent("brow");
            var result = cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            assertThat(result.out)
                    .contains("web on bow: Pending(Initial), waiting for agent bow to connect\n")
                    .contains("web on bow: Pending(Initial), agent bow is not connected\n");
            assertThat(result.err)
                    .isEqualTo(
                            "note: agent \"bow\" is not connected (did you mean \"brow\"?); db, web"
                                    + " will follow when it connects\n");
        }

        @Test
        void tells_in_full_why_something_cannot_start() throws IOException {
            var agent = cluster.startAgent("bow");
            var why = "runtimeConfig has no image; " + "name one ".repeat(20);
            agent.say("web", Phase.PENDING_STARTING_FAILED, why);
            var result = cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            assertThat(result.err).isEqualTo("note: web cannot start: " + why.strip() + "\n");
        }

        @Test
        void keeps_quiet_or_does_not_wait_when_told_so() throws IOException {
            var agent = cluster.startAgent("bow");
            agent.say("web", Phase.PENDING_STARTING, "");
            var hasty = cluster.run("--no-wait", "apply", file("m.yaml", MANIFEST)).succeeds();
            assertThat(hasty.out + hasty.err).isEmpty();
            agent.say("web", Phase.RUNNING_OK, "");
            var quiet =
                    cluster.run(
                                    "-q",
                                    "-v",
                                    "apply",
                                    file("m.yaml", MANIFEST.replace("sleep", "true")))
                            .succeeds();
            assertThat(quiet.out + quiet.err).isEmpty();
            var verbose =
                    cluster.run("-v", "--no-wait", "apply", file("m.yaml", MANIFEST)).succeeds();
            assertThat(verbose.err)
                    .contains("debug: connecting to mqtt://127.0.0.1:1883")
                    .contains("debug: accepted");
            assertThat(verbose.out).isEmpty();
        }

        @Test
        void ends_when_somebody_deletes_the_workload_meanwhile() throws IOException {
            var agent = cluster.startAgent("bow");
            agent.say("web", Phase.PENDING_STARTING, "Retry 1: no image");
            var result = cluster.start("apply", file("m.yaml", MANIFEST));
            result.awaitOut(out -> out.contains("Retry 1"));
            cluster.run("--no-wait", "delete", "workload", "web").succeeds();
            result.succeeds();
            assertThat(result.out).contains("deleted meanwhile");
        }

        @Test
        void goes_on_when_the_server_was_killed_and_started_again() throws IOException {
            var agent = cluster.startAgent("bow");
            agent.say("web", Phase.PENDING_STARTING, "");
            var result = cluster.start("apply", file("m.yaml", MANIFEST));
            result.awaitOut(out ->
                    out.contains("db on bow: Running(Ok)")
                            && out.contains("web on bow: Pending(Starting)"));
            cluster.killServer();
            result.awaitOut(out -> out.contains("No connection to the server: "));
            cluster.startServer();
            result.awaitOut(out -> out.contains("Connected to the server again."));
            assertThat(result.ended).isNotDone();
            agent.say("web", Phase.RUNNING_OK, "");
            result.succeeds();
            assertThat(result.out).contains("web             bow     native      Running(Ok)\n");
        }

        @Test
        void draws_the_table_in_place_on_a_terminal() throws IOException {
            cluster.startAgent("bow");
            var result = cluster.runOnTerminal("apply", file("m.yaml", MANIFEST)).succeeds();
            assertThat(result.out).contains("\033[?25l").endsWith("\033[?25h");
        }
    }

    @Nested
    final class RunAndDelete {
        @Test
        void run_one_workload_with_tags() {
            cluster.startAgent("bow");
            var result =
                    cluster.run(
                                    "run",
                                    "workload",
                                    "job",
                                    "--runtime",
                                    "native",
                                    "--config",
                                    "command: make",
                                    "--agent",
                                    "bow",
                                    "--tags",
                                    "a=b=c",
                                    "--tags=d=")
                            .succeeds();
            assertThat(result.out).contains("job on bow: Running(Ok)");
            assertThat(cluster.run("get", "state", "desiredState.workloads.job").succeeds().out)
                    .isEqualTo(
                            """
                            desiredState:
                              apiVersion: v1
                              workloads:
                                job:
                                  agent: bow
                                  restartPolicy: NEVER
                                  tags:
                                    a: b=c
                                    d: ""
                                  runtime: native
                                  runtimeConfig: 'command: make'
                            """);
        }

        @Test
        void end_when_what_was_deleted_is_gone() throws IOException {
            var agent = cluster.startAgent("bow");
            cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            agent.clingTo("web");
            var result = cluster.start("delete", "workloads", "web", "db", "web");
            result.awaitOut(out ->
                    out.contains("web on bow: Stopping(RequestedAtRuntime)\n")
                            && out.contains("db on bow: Removed\n"));
            assertThat(result.ended).isNotDone();
            agent.letGo("web");
            result.succeeds();
            assertThat(result.out).contains("web             bow     native      Removed\n");
        }

        @Test
        void show_the_old_and_the_new_instance_of_a_workload() throws IOException {
            var agent = cluster.startAgent("bow");
            cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            agent.clingTo("web");
            var result =
                    cluster.start(
                            "apply",
                            file(
                                    "m.yaml",
                                    MANIFEST.replace("sleep", "true").replace("native", "podman")));
            result.awaitOut(
                    out -> out.contains("web on bow (old): Stopping(RequestedAtRuntime)\n"));
            assertThat(result.ended).isNotDone();
            agent.letGo("web");
            result.succeeds();
            assertThat(result.out)
                    .contains("web             bow     podman      Running(Ok)\n")
                    .contains("web             bow     native      Removed\n");
        }

        @Test
        void count_what_is_not_there_where_it_is_much() {
            var names = IntStream.range(0, 150).mapToObj(i -> "absent" + i);
            var words = Stream.concat(Stream.of("delete", "workload"), names);
            assertThat(cluster.run(words.toArray(String[]::new)).succeeds().err.lines())
                    .hasSize(101)
                    .last()
                    .isEqualTo("note: there are no workloads of 50 more of these names");
        }

        @Test
        void delete_what_is_not_there_and_note_what_was_meant_perhaps() throws IOException {
            cluster.startAgent("bow");
            cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            var result = cluster.run("delete", "workload", "nothing", "wbe").succeeds();
            assertThat(result.out).isEqualTo("Delete successful. No workloads deleted.\n");
            assertThat(result.err)
                    .isEqualTo(
                            """
                            note: there is no workload "nothing"
                            note: there is no workload "wbe"; did you mean "web"?
                            """);
            assertThat(cluster.run("-q", "delete", "workload", "wbe").succeeds().err).isEmpty();
            assertThat(cluster.run("delete", "workload", "web", "nope").succeeds().err)
                    .contains("note: there is no workload \"nope\"\n");
        }
    }

    @Nested
    final class Get {
        @BeforeEach
        void fill() throws IOException {
            var agent = cluster.startAgent("bow");
            agent.say("db", Phase.FAILED_EXEC_FAILED, "Exit code: '1'");
            cluster.startAgent("stern").load(7, 1024);
            cluster.run("apply", file("m.yaml", MANIFEST)).succeeds();
            cluster.type(
                    MANIFEST.replace("web", "cache")
                            .replace("db", "batch")
                            .replace("podman", "native"));
            cluster.run("apply", "--agent=stern", "-").succeeds();
            cluster.run("run", "workload", "idle", "--runtime=x", "--config=", "--agent=")
                    .succeeds();
        }

        @Test
        void workloads_as_a_table() {
            Golden.check("get-workloads", cluster.run("get", "workloads").succeeds().out);
            Golden.check("get-workloads", cluster.run("get", "workload").succeeds().out);
        }

        @Test
        void only_the_workloads_that_are_wanted() {
            assertThat(names("-a", "stern")).containsExactly("batch", "cache");
            assertThat(names("-s", "failed(execfailed)")).containsExactly("db");
            assertThat(names("--state=running")).containsExactly("batch", "cache", "web");
            assertThat(names("web", "cache", "web")).containsExactly("cache", "web");
            assertThat(names("web", "-a", "stern")).isEmpty();
            assertThat(names("-a", "")).containsExactly("idle");
            assertThat(names("-s", "NotScheduled")).containsExactly("idle");
        }

        private List<String> names(String... arguments) {
            var words = new ArrayList<>(List.of("get", "workloads"));
            words.addAll(List.of(arguments));
            var result = cluster.run(words.toArray(String[]::new)).succeeds();
            assertThat(result.err).isEmpty();
            return result.out
                    .lines()
                    .skip(1)
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .toList();
        }

        @Test
        void says_which_workloads_there_are_not() {
            var result = cluster.run("get", "workloads", "web", "wb").succeeds();
            assertThat(result.out.lines()).hasSize(2);
            assertThat(result.err).isEqualTo("note: there is no workload \"wb\"\n");
        }

        @Test
        void agents_with_their_load() {
            await().until(() -> cluster.run("get", "agents").out.contains("7%"));
            Golden.check("get-agents", cluster.run("get", "agent").succeeds().out);
        }

        @Test
        void the_state_or_parts_of_it() {
            Golden.check(
                    "get-state-yaml",
                    cluster.run("get", "state", "desiredState", "workloadStates.bow")
                            .succeeds()
                            .out);
            Golden.check(
                    "get-state-json",
                    cluster.run("get", "state", "-o", "json", "workloadStates.*.*.*.state")
                            .succeeds()
                            .out);
            assertThat(cluster.run("get", "state").succeeds().out)
                    .startsWith("desiredState:\n")
                    .contains("\nworkloadStates:\n", "\nagents:\n", "\neffectiveState:\n")
                    .doesNotContain("changedAt");
            assertThat(cluster.run("get", "state", "desiredState.nothing").succeeds().out)
                    .isEqualTo("desiredState:\n  apiVersion: v1\n");
        }

        @ParameterizedTest
        @CsvSource({
            "nonsense, ",
            "desiredSate, desiredState",
            "desiredstate.workloads.web, desiredState.workloads.web",
            "desiredState.worklods.web, desiredState.workloads.web",
            "desiredState.workloads.wbe, desiredState.workloads.web",
            "desiredState.workloads.wbe.agent, desiredState.workloads.web.agent",
            "desiredState.workloads.web.agnt, desiredState.workloads.web.agent",
            "desiredState.workloads.*.agnt, desiredState.workloads.*.agent",
            "effectiveState.workloads.wbe, effectiveState.workloads.web",
            "workloadStates.bwo.*.*.state, workloadStates.bow.*.*.state",
            "agents.strn.status, agents.stern.status",
            "desiredState.workloads.somethingelse, ",
            "desiredState.workloads.web.agent.x, ",
            "*.nonsense, "
        })
        void the_nearest_of_what_is_not_there(String mask, String near) {
            var result = cluster.run("get", "state", mask).succeeds();
            var guess = near == null ? "" : "; did you mean \"" + near + "\"?";
            assertThat(result.err).isEqualTo("note: nothing is at \"" + mask + "\"" + guess + "\n");
            assertThat(cluster.run("-q", "get", "state", mask).succeeds().err).isEmpty();
        }

        @Test
        void goes_on_showing_what_changes() {
            var result = cluster.start("get", "workloads", "-w", "-a", "bow");
            result.awaitOut(out -> out.contains("Failed(ExecFailed)"));
            cluster.run("delete", "workload", "db").succeeds();
            result.awaitOut(out -> out.contains("db on bow: Removed\n"));
            cluster.run("run", "workload", "db", "--runtime=x", "--config=y", "--agent=bow")
                    .succeeds();
            result.awaitOut(out -> out.contains("db on bow: Failed(ExecFailed), Exit code: '1'\n"));
            assertThat(result.ended).isNotDone();
            assertThat(result.out)
                    .contains("\nweb             bow     native    Running(Ok)")
                    .doesNotContain("cache");
            result.hangUp();
            cluster.run("--no-wait", "delete", "workload", "web").succeeds();
            result.succeeds();
        }

        @Test
        void goes_on_showing_when_the_server_comes_back() {
            var result = cluster.start("get", "workloads", "--watch");
            result.awaitOut(out -> out.contains("Failed(ExecFailed)"));
            cluster.killServer();
            cluster.startServer();
            cluster.run("delete", "workload", "cache").succeeds();
            result.awaitOut(out -> out.contains("cache on stern: Removed\n"));
            result.hangUp();
            cluster.run("--no-wait", "delete", "workload", "web").succeeds();
            result.succeeds();
        }
    }

    @Nested
    final class Trouble {
        @Test
        void is_told_when_there_is_no_server() {
            cluster.killServer();
            var result = cluster.run("get", "workloads").failsWith(1);
            assertThat(result.err)
                    .startsWith(
                            "error: Could not connect to Muster server on 'mqtt://127.0.0.1:1883':"
                                    + " ")
                    .contains("server");
        }

        @Test
        void is_told_when_there_is_no_broker() {
            cluster.stopBroker();
            for (var words :
                    new String[] {
                        "get workloads",
                        "get agents",
                        "get state",
                        "get workloads -w",
                        "delete workload x"
                    }) {
                assertThat(cluster.run(words.split(" ")).failsWith(1).err)
                        .startsWith(
                                "error: Could not connect to Muster server on"
                                        + " 'mqtt://127.0.0.1:1883': ");
            }
        }

        @Test
        void is_told_when_nothing_is_encrypted_and_nobody_agreed_to_that() {
            cluster.environment.remove("MUSTER_INSECURE");
            assertThat(cluster.run("get", "agents").failsWith(1).err)
                    .startsWith("error: Missing certificate files: ")
                    .contains("-k")
                    .contains("MUSTER_INSECURE");
            cluster.run("-k", "get", "agents").succeeds();
        }

        @Test
        void is_told_when_the_command_line_makes_no_sense() {
            assertThat(cluster.run("get", "workloads", "a.b").failsWith(2).err)
                    .isEqualTo(
                            """
                            error: workload name "a.b" has characters other than [a-zA-Z0-9_-]; leave them out
                            Try 'muster get workloads --help'.
                            """);
            assertThat(cluster.run("get", "workloads", "-s", "runing").failsWith(2).err)
                    .contains("\"runing\" is no execution state; did you mean \"Running\"?");
            assertThat(cluster.run("get", "state", "a..b").failsWith(2).err)
                    .contains("is no field mask");
            assertThat(cluster.run("get", "state", "-o", "xml").failsWith(2).err)
                    .contains("yaml or json");
            assertThat(cluster.run("-s", "http://x", "get", "agents").failsWith(2).err)
                    .contains("--server-url: \"http://x\"");
            assertThat(cluster.run("apply", "--agent", "a b", "x").failsWith(2).err)
                    .contains("agent name \"a b\"");
            assertThat(
                            cluster.run(
                                            "run",
                                            "workload",
                                            "x",
                                            "--runtime=r",
                                            "--config=c",
                                            "--agent=a",
                                            "--tags",
                                            "x")
                                    .failsWith(2)
                                    .err)
                    .contains("--tags \"x\": write KEY=VALUE");
            assertThat(
                            cluster.run(
                                            "run",
                                            "workload",
                                            "x",
                                            "--runtime=r",
                                            "--config=c",
                                            "--agent=a",
                                            "--tags",
                                            "x=1",
                                            "--tags",
                                            "x=2")
                                    .failsWith(2)
                                    .err)
                    .contains("\"x\" is given twice");
        }

        @Test
        void shows_the_way_when_a_command_is_not_complete() {
            for (var words : new String[] {"", "get", "run", "delete"}) {
                var result =
                        cluster.run(words.isEmpty() ? new String[0] : new String[] {words})
                                .failsWith(2);
                assertThat(result.err).startsWith("Usage: muster");
                assertThat(result.out).isEmpty();
            }
        }

        @Test
        void is_not_in_the_way_of_help_and_version() {
            assertThat(cluster.run("--version").succeeds().out).isEqualTo("muster 0.1.0\n");
            assertThat(cluster.run("-V", "get", "agents").succeeds().out)
                    .isEqualTo("muster 0.1.0\n");
            Golden.check("help", cluster.run("--help").succeeds().out);
            Golden.check("help-apply", cluster.run("apply", "--help").succeeds().out);
            Golden.check(
                    "help-run-workload", cluster.run("help", "run", "workload").succeeds().out);
            Golden.check("help-get", cluster.run("get", "-h").succeeds().out);
            Golden.check(
                    "help-get-workloads", cluster.run("get", "workloads", "-h").succeeds().out);
            cluster.environment.put("MUSTER_CONFIG", "/nowhere/muster.conf");
            cluster.run("help").succeeds();
            cluster.run("get", "agents").failsWith(1);
        }

        @Test
        void is_told_with_the_way_out_of_it() {
            assertThat(cluster.run("gett").failsWith(2).err)
                    .isEqualTo(
                            """
                            error: Unmatched argument at index 0: 'gett'
                            Did you mean: muster get or muster set or muster image?
                            Try 'muster --help'.
                            """);
            assertThat(cluster.run("get", "workloads", "--stat", "x").failsWith(2).err)
                    .isEqualTo(
                            """
                            error: Unknown option: '--stat'
                            Possible solutions: --state
                            Try 'muster get workloads --help'.
                            """);
            assertThat(cluster.run("get", "workloads", "--insecure").failsWith(2).err)
                    .isEqualTo(
                            """
                            error: Unknown option: '--insecure'
                            It is an option of muster: write it before the command.
                            Try 'muster get workloads --help'.
                            """);
            assertThat(cluster.run("help", "get", "agens").failsWith(2).err)
                    .contains("Did you mean: get agent or get agents");
        }

        @Test
        void is_less_with_completion() throws Exception {
            var script = file("completion", cluster.run("completion", "bash").succeeds().out);
            assertThat(cluster.run("completion", "zsh").succeeds().out)
                    .isEqualTo(Files.readString(Path.of(script)))
                    .contains("bashcompinit");
            assertThat(cluster.run("completion", "fish").failsWith(2).err)
                    .contains("no completion for \"fish\"; write bash or zsh");
            var asked =
                    """
                    source "$0"
                    try() {
                        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
                        _complete_muster
                        echo "${COMPREPLY[*]}"
                    }
                    try muster ap
                    try muster -k get work
                    try muster get workloads --st
                    try muster get state -o ""
                    try muster completion ""
                    """;
            var bash =
                    new ProcessBuilder("bash", "--norc", "-c", asked, script)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            bash.getOutputStream().close();
            assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(
                            """
                            apply
                            workloads workload
                            --state
                            yaml json
                            bash zsh
                            """);
        }
    }
}

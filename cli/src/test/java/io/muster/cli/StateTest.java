package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.state.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the commands about the state do, and about its changes. */
final class StateTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    /** Everything that a state can hold. */
    private static final String RICH =
            """
            desiredState:
              apiVersion: v1
              workloads:
                web:
                  agent: bow
                  restartPolicy: ALWAYS
                  dependencies:
                    db: ADD_COND_RUNNING
                  tags:
                    owner: "42"
                    empty: ""
                  runtime: native
                  runtimeConfig: |
                    command: sleep
                    args: ["{{net.port}}"]
                  configs:
                    net: network
                db:
                  agent: bow
                  runtime: native
                  runtimeConfig: "command: 'yes'"
              configs:
                network:
                  port: "8080"
                  hosts: [a, b]
                empty: {}
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

    private String state(String... words) {
        var all = Stream.concat(Stream.of("get", "state"), Stream.of(words));
        return cluster.run(all.toArray(String[]::new)).succeeds().out;
    }

    @Nested
    final class Set {
        static List<Path> examples() throws IOException {
            try (var files = Files.list(EXAMPLES)) {
                return files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList();
            }
        }

        @ParameterizedTest
        @MethodSource("examples")
        void accepts_what_get_state_printed_of_every_example(Path example) throws IOException {
            cluster.startAgent("bow").load(3, 1024);
            cluster.run("--no-wait", "apply", example.toString()).succeeds();
            returns();
        }

        @Test
        void accepts_what_get_state_printed_of_everything() throws IOException {
            cluster.startAgent("bow").load(3, 1024);
            cluster.type(RICH);
            cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
            returns();
        }

        private void returns() throws IOException {
            var yaml = state("desiredState");
            var json = state("-o", "json", "desiredState");
            var wholeYaml = file("whole.yaml", state());
            var wholeJson = file("whole.json", state("-o", "json"));
            for (var file : List.of(wholeYaml, wholeJson)) {
                cluster.type("desiredState: {apiVersion: v1, workloads: {}}");
                cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
                assertThat(state("desiredState"))
                        .isEqualTo("desiredState:\n  apiVersion: v1\n  workloads: {}\n");
                cluster.run("--no-wait", "set", "state", "desiredState", file).succeeds();
                assertThat(state("desiredState")).isEqualTo(yaml);
                assertThat(state("-o", "json", "desiredState")).isEqualTo(json);
            }
            assertThat(cluster.run("set", "state", "desiredState", wholeYaml).succeeds().out)
                    .isEqualTo("Set successful. No workloads updated.\n");
        }

        @Test
        void sets_the_fields_that_are_named_and_removes_those_that_the_file_lacks()
                throws IOException {
            cluster.type(RICH);
            cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
            var some =
                    file(
                            "some.yaml",
                            "desiredState: {workloads: {web: {agent: stern, tags: {owner: ann}}}}");
            cluster.run(
                            "--no-wait",
                            "set",
                            "state",
                            "desiredState.workloads.web.agent",
                            "desiredState.workloads.web.tags.empty",
                            "desiredState.workloads.db",
                            some)
                    .succeeds();
            assertThat(state("desiredState.workloads.*.agent", "desiredState.workloads.*.tags"))
                    .isEqualTo(
                            """
                            desiredState:
                              apiVersion: v1
                              workloads:
                                web:
                                  agent: stern
                                  tags:
                                    owner: "42"
                            """);
        }

        @Test
        void waits_until_reality_has_followed() throws IOException {
            cluster.startAgent("bow").say("web", Phase.SUCCEEDED_OK, "");
            var result = cluster.run("set", "state", "desiredState", file("rich.yaml", RICH));
            assertThat(result.succeeds().out).contains("Succeeded(Ok)", "Running(Ok)");
        }

        @Test
        void says_where_a_file_makes_no_sense_and_sends_nothing() throws IOException {
            var text = RICH.replace("restartPolicy: ALWAYS", "restartPolicy: ALLWAYS");
            assertThat(wrong(text))
                    .contains("wrong.yaml:6:22: desiredState.workloads.web.restartPolicy");
            assertThat(wrong(RICH.replace("\"42\"", "42")))
                    .contains("wrong.yaml:10:16: desiredState.workloads.web.tags.owner")
                    .contains("is a number instead of text", "\"42\"");
            assertThat(wrong("apiVersion: v1\nworkloads: {}\n"))
                    .contains("wrong.yaml:1:1: apiVersion", "use muster apply");
            assertThat(wrong("desiredState: [")).contains("wrong.yaml:1:");
            assertThat(wrong("just words")).contains("is no state");
            assertThat(wrong("desiredState:\n")).contains("holds nothing");
            assertThat(state("desiredState.workloads"))
                    .isEqualTo("desiredState:\n  apiVersion: v1\n  workloads: {}\n");
        }

        @Test
        void warns_of_keys_that_mean_nothing() throws IOException {
            var file = file("odd.yaml", RICH.replace("restartPolicy:", "restartPolicie:"));
            assertThat(
                            cluster.run("--no-wait", "set", "state", "desiredState", file)
                                    .succeeds()
                                    .err)
                    .contains("odd.yaml:6:7: desiredState.workloads.web.restartPolicie")
                    .contains("did you mean restartPolicy?");
            assertThat(state("desiredState.workloads.web.restartPolicy")).contains("NEVER");
        }

        private String wrong(String text) throws IOException {
            return cluster.run("set", "state", "desiredState", file("wrong.yaml", text))
                    .failsWith(1)
                    .err;
        }

        @Test
        void says_why_the_server_refuses() throws IOException {
            var file = file("rich.yaml", RICH.replace("network:", "wire:"));
            assertThat(cluster.run("set", "state", "desiredState", file).failsWith(1).err)
                    .contains("Failed to set state: SetState failed with:", "'network'");
            cluster.type(RICH);
            cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
            cluster.type(RICH);
            assertThat(
                            cluster.run("set", "state", "--if-revision=7", "desiredState", "-")
                                    .failsWith(1)
                                    .err)
                    .contains("is at 1 now");
        }

        @Test
        void suggests_no_other_that_leads_to_nothing_either() throws IOException {
            var file = file("rich.yaml", RICH.replace("owner:", "k2:"));
            cluster.run("--no-wait", "set", "state", "desiredState", file).succeeds();
            assertThat(
                            cluster.run("get", "state", "desiredState.workloads.web.tags.k.dot")
                                    .succeeds()
                                    .err)
                    .isEqualTo("note: nothing is at \"desiredState.workloads.web.tags.k.dot\"\n");
        }

        @Test
        void notes_masks_that_name_no_field() throws IOException {
            var file = file("rich.yaml", RICH);
            cluster.run("--no-wait", "set", "state", "desiredState", file).succeeds();
            assertThat(
                            cluster.run(
                                            "set",
                                            "state",
                                            "foo",
                                            "desiredState.workloads.web.rutime",
                                            "effectiveState",
                                            file)
                                    .succeeds()
                                    .err)
                    .isEqualTo(
                            """
                            note: "foo" is no field of a state, so nothing is set there
                            note: "desiredState.workloads.web.rutime" is no field of a state, so \
                            nothing is set there; did you mean "desiredState.workloads.web.runtime"?
                            note: "effectiveState" can only be read; nothing is set there
                            """);
        }

        @Test
        void is_told_when_the_command_line_makes_no_sense() {
            assertThat(cluster.run("set", "state", "state.yaml").failsWith(2).err)
                    .contains("name what to set and the file");
            assertThat(
                            cluster.run("set", "state", "desiredState.workloads.*", "x")
                                    .failsWith(2)
                                    .err)
                    .contains("stands for nothing when fields are set");
            // an unset variable of a shell, where a mask should be
            assertThat(cluster.run("set", "state", "", "x").failsWith(2).err)
                    .contains("field mask: is empty; name a field");
            assertThat(cluster.run("get", "state", "").failsWith(2).err).contains("is empty");
            assertThat(cluster.run("get", "events", "").failsWith(2).err).contains("is empty");
        }
    }

    @Nested
    final class Configs {
        @BeforeEach
        void fill() {
            cluster.type(RICH);
            cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
        }

        @Test
        void are_listed_by_name() {
            assertThat(cluster.run("get", "configs").succeeds().out)
                    .isEqualTo("CONFIG\nempty\nnetwork\n");
        }

        @Test
        void are_deleted_without_a_word_but_on_those_that_are_not_there() {
            var result = cluster.run("delete", "configs", "empty", "ntwork").succeeds();
            assertThat(result.out).isEmpty();
            assertThat(result.err)
                    .isEqualTo("note: there is no config \"ntwork\"; did you mean \"network\"?\n");
            assertThat(cluster.run("get", "config").succeeds().out).isEqualTo("CONFIG\nnetwork\n");
        }

        @Test
        void stay_while_a_workload_uses_them() {
            assertThat(cluster.run("delete", "config", "network").failsWith(1).err)
                    .contains("Failed to delete configs: ", "'network'")
                    .contains("keep the config, or first delete the workload")
                    .doesNotContain("add it to configs");
            assertThat(cluster.run("get", "configs").succeeds().out).contains("network");
        }

        @Test
        void have_names() {
            assertThat(cluster.run("delete", "config", "no.name").failsWith(2).err)
                    .contains("config name \"no.name\"");
        }
    }

    @Nested
    final class Events {
        @Test
        void come_one_in_a_line_as_json() {
            var result = cluster.start("get", "events", "-o", "json", "desiredState.configs");
            awaitSubscribed();
            cluster.type(RICH.replace("agent: bow", "agent: ''"));
            cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
            cluster.run("delete", "config", "empty").succeeds();
            result.awaitOut(out -> out.lines().count() == 2);
            assertThat(timeless(result.out()))
                    .isEqualTo(
                            """
                            {"timestamp":"T","revision":1,"addedFields":["desiredState.configs"],\
                            "completeState":{"desiredState":{"apiVersion":"v1",\
                            "configs":{"empty":{},"network":{"hosts":["a","b"],"port":"8080"}}}}}
                            {"timestamp":"T","revision":2,"removedFields":["desiredState.configs.empty"],\
                            "completeState":{"desiredState":{"apiVersion":"v1"}}}
                            """);
            end(result);
        }

        @Test
        void come_as_yaml_documents_with_the_state_first_if_that_is_wanted() {
            var result = cluster.start("get", "events", "-c", "agents");
            result.awaitOut(out -> out.contains("completeState"));
            var bow = cluster.startAgent("bow");
            result.awaitOut(out -> out.contains("addedFields"));
            bow.load(3, 1024);
            result.awaitOut(out -> out.contains("freeMemory"));
            bow.load(3, 2048);
            result.awaitOut(out -> out.contains("2048"));
            assertThat(timeless(result.out()))
                    .isEqualTo(
                            """
                            ---
                            timestamp: 'T'
                            revision: 0
                            completeState:
                              agents: {}
                            ---
                            timestamp: 'T'
                            revision: 0
                            addedFields:
                            - agents.bow
                            completeState:
                              agents:
                                bow: {}
                            ---
                            timestamp: 'T'
                            revision: 0
                            addedFields:
                            - agents.bow.status
                            completeState:
                              agents:
                                bow:
                                  status:
                                    cpuUsage: 3
                                    freeMemory: 1024
                            ---
                            timestamp: 'T'
                            revision: 0
                            updatedFields:
                            - agents.bow.status.freeMemory
                            completeState:
                              agents:
                                bow:
                                  status:
                                    freeMemory: 2048
                            """);
            end(result);
        }

        @Test
        void say_nothing_of_what_users_never_see() {
            var result = cluster.start("get", "events", "-o", "json", "workloadStates");
            awaitSubscribed();
            cluster.startAgent("bow").say("web", Phase.RUNNING_OK, "");
            cluster.type(RICH);
            cluster.run("set", "state", "desiredState", "-").succeeds();
            cluster.run("delete", "workload", "web", "db").succeeds();
            result.awaitOut(out -> out.contains("removedFields"));
            assertThat(result.out()).doesNotContain("changedAt");
            end(result);
        }

        @Test
        void go_on_without_a_gap_after_a_loss_of_connection() {
            var result = cluster.start("get", "events", "-c", "-o", "json", "desiredState.configs");
            result.awaitOut(out -> out.contains("completeState"));
            for (int i = 0; i < 3; i++) {
                cluster.cutClients();
                cluster.type(RICH.replace("8080", String.valueOf(i)).replace("bow", "''"));
                cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
                var port = "\"port\":\"" + i + "\"";
                result.awaitOut(out -> out.contains(port));
            }
            assertThat(result.out().lines()).hasSize(4);
            assertThat(result.err()).contains("events go on, and none was missed");
            end(result);
        }

        @Test
        void begin_anew_with_the_whole_state_when_the_server_has_forgotten() {
            var result = cluster.start("get", "events", "-c", "-o", "json", "desiredState.configs");
            result.awaitOut(out -> out.lines().count() == 1);
            cluster.killServer();
            cluster.startServer();
            result.awaitOut(out -> out.lines().count() == 2);
            assertThat(result.out()).doesNotContain("Fields");
            assertThat(result.err()).contains("warning: events were missed");
            end(result);
        }

        private void awaitSubscribed() {
            cluster.awaitSubscription();
        }

        private void end(TestCluster.Result result) {
            assertThat(result.ended).isNotDone();
            result.hangUp();
            cluster.run("delete", "config", "network", "empty");
            cluster.startAgent("last");
            cluster.type(
                    "desiredState: {apiVersion: v1, workloads: {last: {agent: '',"
                            + " runtime: x, runtimeConfig: ''}}, configs: {last: 'x'}}");
            cluster.run("--no-wait", "set", "state", "desiredState", "-").succeeds();
            result.succeeds();
        }

        private static String timeless(String out) {
            return out.replaceAll(
                    "'?\"?[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}\\+00:00'?\"?",
                    out.startsWith("{") ? "\"T\"" : "'T'");
        }
    }
}

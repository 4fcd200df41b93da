package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was, what would be, and the way back, against a real server over a broker in memory. */
final class PastTest {
    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void start() throws IOException {
        cluster.startServer();
        cluster.startAgent("bow");
        cluster.run("apply", manifest("one", "ann")).succeeds();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Nested
    final class Plan {
        @Test
        void says_what_would_happen_and_changes_nothing() throws IOException {
            var result = cluster.run("plan", manifest("two", "bob"), more()).succeeds();
            assertThat(result.out)
                    .isEqualTo(
                            """
                            + workload db: create on stern (never seen; when it comes)
                            ! workload web: replace on bow, because of runtimeConfig
                                - runtimeConfig: command: one
                                + runtimeConfig: command: two
                                - tags.owner: ann
                                + tags.owner: bob

                            Planned on revision 1: workloads: 1 to create, 1 to replace. Nothing was changed.
                            """);
            assertThat(result.err).isEmpty();
            assertThat(cluster.run("get", "state", "desiredState").out)
                    .contains("command: one")
                    .doesNotContain("db");
        }

        @Test
        void is_what_a_dry_run_of_apply_says() throws IOException {
            var file = manifest("one", "bob");
            assertThat(cluster.run("apply", "--dry-run", file).succeeds().out)
                    .isEqualTo(cluster.run("plan", file).succeeds().out)
                    .contains("~ workload web: change in place on bow\n");
        }

        @Test
        void tells_by_its_exit_code_if_asked() throws IOException {
            cluster.run("plan", "--exit-code", manifest("two", "ann")).failsWith(3);
            var same = cluster.run("plan", "--exit-code", manifest("one", "ann")).succeeds();
            assertThat(same.out)
                    .isEqualTo(
                            """
                            = workload web: nothing to do

                            Nothing would change at revision 1.
                            """);
        }

        @Test
        void tells_what_becomes_of_configs_and_counts_what_stays_if_that_is_much()
                throws IOException {
            var text =
                    new StringBuilder(
                            "apiVersion: v1\nconfigs: {net: {port: 'PORT'}}\nworkloads:\n");
            for (int i = 0; i < 11; i++) {
                text.append(
                        "  calm%d: {agent: '', runtime: native, runtimeConfig: x}\n".formatted(i));
            }
            var many = text.toString();
            cluster.run("--no-wait", "apply", file("many.yaml", many.replace("PORT", "80")))
                    .succeeds();
            var file = file("many.yaml", many.replace("PORT", "81"));
            assertThat(cluster.run("plan", file).succeeds().out)
                    .isEqualTo(
                            """
                            ~ config net: change, used by no workload
                                - port: 80
                                + port: 81
                            = 11 workloads: nothing to do (--verbose lists them)

                            Planned on revision 2: no workload to change; 1 config to change. Nothing was changed.
                            """);
            assertThat(cluster.run("-v", "plan", file).succeeds().out)
                    .contains("= workload calm10: nothing to do\n");
        }

        @Test
        void tells_what_becomes_of_tags() {
            cluster.type("agents: {bow: {tags: {owner: ann, side: port}}}");
            cluster.run("set", "state", "agents.bow.tags", "-").succeeds();
            cluster.type("agents: {bow: {tags: {owner: bob}}, sten: {tags: {a: b}}}");
            var result =
                    cluster.run(
                                    "set",
                                    "state",
                                    "--dry-run",
                                    "agents.bow.tags.owner",
                                    "agents.sten.tags.a",
                                    "-")
                            .succeeds();
            assertThat(result.out)
                    .isEqualTo(
                            """
                            ~ agent bow: change tags
                                - owner: ann
                                + owner: bob

                            Planned on revision 2: no workload to change; tags of 1 agent to change. Nothing was changed.
                            """);
            assertThat(result.err)
                    .isEqualTo(
                            "note: \"agents.sten.tags.a\" changes nothing: there is no agent"
                                    + " \"sten\"\n");
        }

        @Test
        void says_what_deleting_would_do() throws IOException {
            assertThat(cluster.run("plan", "-d", manifest("one", "ann")).succeeds().out)
                    .startsWith("- workload web: delete from bow\n");
        }

        @Test
        void speaks_to_programs() throws IOException {
            assertThat(cluster.run("plan", "-o", "json", manifest("one", "bob")).succeeds().out)
                    .isEqualTo(
                            """
                            {
                              "revision": 1,
                              "workloads": {
                                "web": {
                                  "action": "change in place",
                                  "agentBefore": "bow",
                                  "agent": "bow",
                                  "agentState": "connected",
                                  "fields": [
                                    {
                                      "path": "tags.owner",
                                      "before": "ann",
                                      "after": "bob",
                                      "effect": "in place"
                                    }
                                  ]
                                }
                              },
                              "configs": {},
                              "agents": {}
                            }
                            """);
            cluster.run("plan", "-o", "xml", manifest("one", "bob")).failsWith(2);
        }

        @Test
        void fails_like_the_update() throws IOException {
            var file =
                    file(
                            "gone.yaml",
                            """
                            apiVersion: v1
                            workloads:
                              a: {agent: bow, runtime: native, runtimeConfig: x, configs: {a: gone}}
                            """);
            assertThat(cluster.run("plan", file).failsWith(1).err)
                    .startsWith("error: Could not plan: update refused: ")
                    .contains("gone");
        }
    }

    @Nested
    final class An_update_of_a_revision {
        @Test
        void is_taken_once() throws IOException {
            cluster.run("apply", "--if-revision", "1", manifest("two", "ann")).succeeds();
            var late = cluster.run("apply", "--if-revision", "1", manifest("three", "ann"));
            assertThat(late.failsWith(1).err)
                    .startsWith(
                            "error: Command failed: SetState failed with: update refused: the"
                                + " update is based on revision 1, and the desired state is at 2"
                                + " now (last changed by client/ann-")
                    .contains("; look at it again, then ask again");
            assertThat(cluster.run("plan", "--if-revision", "1", manifest("x", "ann")).failsWith(1))
                    .isNotNull();
            assertThat(
                            cluster.run("apply", "--if-revision", "one", manifest("x", "ann"))
                                    .failsWith(2)
                                    .err)
                    .contains("\"one\" is no revision");
        }
    }

    @Nested
    final class History {
        @Test
        void shows_the_newest_first() throws IOException {
            cluster.run("apply", manifest("two", "ann")).succeeds();
            var lines = cluster.run("history").succeeds().out.lines().toList();
            assertThat(lines.getFirst()).matches("REVISION +TIME +BY +CHANGED");
            assertThat(lines.get(1)).matches("2 +\\d.*Z +client/ann-\\w+ +~1 workload");
            assertThat(lines.get(2)).matches("1 +\\d.*Z +client/ann-\\w+ +\\+1 workload");
            assertThat(cluster.run("history", "-o", "json").succeeds().out)
                    .containsSubsequence("\"revision\": 2", "\"revision\": 1");
        }

        @Test
        void speaks_to_programs() {
            assertThat(cluster.run("history", "-o", "json").succeeds().out)
                    .contains("\"history\": [")
                    .contains("\"revision\": 1")
                    .contains("\"workloadsAdded\": 1");
            assertThat(cluster.run("history", "-o", "yaml").succeeds().out)
                    .startsWith("history:")
                    .contains("revision: 1");
        }
    }

    @Nested
    final class Diff {
        @Test
        void needs_two_states() {
            assertThat(cluster.run("diff").failsWith(1).err).contains("nothing to compare");
        }

        @Test
        void shows_what_the_last_update_changed() throws IOException {
            cluster.run("apply", manifest("two", "ann")).succeeds();
            var expected =
                    """
                    ~ workload web changed
                        - runtimeConfig: command: one
                        + runtimeConfig: command: two
                    """;
            assertThat(cluster.run("diff").succeeds().out).isEqualTo(expected);
            assertThat(cluster.run("diff", "1").succeeds().out).isEqualTo(expected);
            assertThat(cluster.run("diff", "1", "2").succeeds().out).isEqualTo(expected);
            assertThat(cluster.run("diff", "--exit-code", "1", "2").failsWith(3).out)
                    .isEqualTo(expected);
            var same = cluster.run("diff", "--exit-code", "2").succeeds();
            assertThat(same.out).isEmpty();
            assertThat(same.err)
                    .isEqualTo("note: there is no difference between revision 2 and revision 2\n");
        }

        @Test
        void shows_both_directions_and_texts_line_by_line() throws IOException {
            cluster.run("apply", more()).succeeds();
            assertThat(cluster.run("diff", "2", "1").succeeds().out)
                    .isEqualTo(
                            """
                            - workload db deleted
                                - agent: stern
                                - restartPolicy: NEVER
                                - runtime: native
                                - runtimeConfig: command: db
                            """);
            cluster.run("apply", file("l.yaml", lines("1", "2"))).succeeds();
            cluster.run("apply", file("l.yaml", lines("1", "3"))).succeeds();
            assertThat(cluster.run("diff").succeeds().out)
                    .isEqualTo(
                            """
                            ~ workload lines changed
                                  runtimeConfig:
                                    command: sh
                                    arguments: ["1",
                                -     "2",
                                +     "3",
                                      "end"]
                            """);
        }

        @Test
        void speaks_to_programs() throws IOException {
            cluster.run("apply", manifest("two", "ann")).succeeds();
            assertThat(cluster.run("diff", "-o", "yaml").succeeds().out)
                    .contains("from: 1")
                    .contains("to: 2")
                    .contains("change: changed")
                    .contains("path: runtimeConfig");
        }

        @Test
        void says_which_revisions_there_are() {
            assertThat(cluster.run("diff", "7").failsWith(1).err)
                    .contains("the desired state of revision 7 is not kept; name one from 1 to 1");
            cluster.run("diff", "1", "2", "3").failsWith(2);
            cluster.run("diff", "x").failsWith(2);
        }
    }

    @Nested
    final class Rollback {
        @Test
        void makes_the_state_what_it_was_by_a_new_update() throws IOException {
            cluster.run("apply", manifest("two", "ann")).succeeds();
            cluster.startAgent("stern");
            cluster.run("apply", more()).succeeds();
            var result = cluster.run("rollback", "1").succeeds();
            assertThat(result.out)
                    .startsWith("Rolling back from revision 3 to revision 1 (by client/ann-")
                    .contains("web on bow: Running(Ok)\n")
                    .contains("db on stern: Removed\n")
                    .contains("db              stern   native      Removed");
            assertThat(cluster.run("diff", "1", "4").succeeds().out).isEmpty();
            cluster.run("rollback", "3").succeeds(); // and back again
            assertThat(cluster.run("diff", "3", "5").succeeds().out).isEmpty();
        }

        @Test
        void to_what_is_there_changes_nothing() {
            assertThat(cluster.run("rollback", "1").succeeds().out)
                    .endsWith("Rollback successful. No workloads updated.\n");
        }

        @Test
        void needs_a_revision_that_is_kept() {
            assertThat(cluster.run("rollback", "9").failsWith(1).err)
                    .startsWith("error: Failed to roll back: ")
                    .contains("name one from 1 to 1");
            cluster.run("rollback").failsWith(2);
        }
    }

    private String manifest(String command, String owner) throws IOException {
        return file(
                "m.yaml",
                """
                apiVersion: v1
                workloads:
                  web:
                    runtime: native
                    agent: bow
                    tags: {owner: %s}
                    runtimeConfig: "command: %s"
                """
                        .formatted(owner, command));
    }

    private String more() throws IOException {
        return file(
                "more.yaml",
                """
                apiVersion: v1
                workloads:
                  db:
                    runtime: native
                    agent: stern
                    runtimeConfig: "command: db"
                """);
    }

    private static String lines(String first, String second) {
        return """
        apiVersion: v1
        workloads:
          lines:
            runtime: native
            agent: bow
            runtimeConfig: |
              command: sh
              arguments: ["%s",
                "%s",
                "end"]
        """
                .formatted(first, second);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}

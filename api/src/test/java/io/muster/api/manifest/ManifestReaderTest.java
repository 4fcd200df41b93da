package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.AccessRule;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ManifestReaderTest {
    private static final String WEB =
            """
            apiVersion: v1
            workloads:
              web:
                agent: agent_A
                runtime: podman
                runtimeConfig: |
                  image: web
            """;

    @Test
    void trims_the_runtime_config() {
        assertThat(web(accepted(WEB).state()))
                .isEqualTo(Workload.of("agent_A", "podman", "image: web"));
    }

    @Test
    void takes_nothing_for_an_empty_collection() {
        var state =
                accepted(WEB + "    tags:\n    dependencies: ~\n    files:\nconfigs:\n").state();
        assertThat(web(state)).isEqualTo(Workload.of("agent_A", "podman", "image: web"));
        assertThat(state.configs()).isEmpty();
    }

    @Test
    void reads_words_that_older_yaml_takes_for_something_else_as_text() {
        var state =
                accepted(WEB + "    tags: {a: yes, b: on, c: 12:30, d: 2001-01-01, e: '5'}\n")
                        .state();
        assertThat(web(state).tags())
                .isEqualTo(
                        Map.of("a", "yes", "b", "on", "c", "12:30", "d", "2001-01-01", "e", "5"));
    }

    @Test
    void follows_aliases() {
        var state =
                accepted(WEB + "    tags: &tags {owner: me}\n" + "configs:\n  tags: *tags\n")
                        .state();
        assertThat(state.configs().get("tags"))
                .isEqualTo(ConfigItem.Fields.of(Map.of("owner", new ConfigItem.Text("me"))));
    }

    @Test
    void reads_json_too() {
        var state = accepted("{\"apiVersion\": \"v1\", \"workloads\": {}}").state();
        assertThat(state).isEqualTo(State.EMPTY);
    }

    @Test
    void sets_the_agent_of_every_workload_when_told() {
        var text = WEB.replace("    agent: agent_A\n", "") + "    tags: {x: 1}\n";
        assertThat(problems(ManifestReader.read("web.yaml", text, Optional.of("b"))))
                .extracting(Problem::where)
                .containsExactly("web.yaml:7:15: workloads.web.tags.x"); // places stay known
        var good = text.replace("x: 1", "x: '1'");
        assertThat(
                        web(value(ManifestReader.read("web.yaml", good, Optional.of(""))).state())
                                .agent())
                .isEmpty();
        assertThat(problems(ManifestReader.read("web.yaml", WEB, Optional.of("a b"))).toString())
                .contains("workloads.web.agent", "\"a b\" is no agent name");
    }

    @Nested
    final class OfVersion01 {
        private static final String OLD = WEB.replace("v1", "v0.1");

        @Test
        void is_read_with_a_warning() {
            var manifest = accepted(OLD + "    tags:\n    - key: owner\n      value: me\n");
            assertThat(web(manifest.state()).tags()).isEqualTo(Map.of("owner", "me"));
            assertThat(manifest.warnings())
                    .containsExactly(
                            new Problem(
                                    "web.yaml:1:13: apiVersion",
                                    "apiVersion v0.1 is deprecated",
                                    "write apiVersion: v1, and tags as keys and values"));
        }

        @Test
        void has_the_old_name_of_filter_masks() {
            var manifest =
                    accepted(
                            OLD
                                    + """
                                        controlInterfaceAccess:
                                          allowRules:
                                          - {type: StateRule, operation: Nothing, filterMask: [a.b]}
                                    """);
            assertThat(web(manifest.state()).controlInterfaceAccess().allowRules())
                    .containsExactly(
                            new AccessRule.StateRule(AccessRule.Operation.NOTHING, List.of("a.b")));
        }

        @Test
        void has_its_own_shape_of_tags() {
            assertThat(complaints(OLD + "    tags: {owner: me}\n"))
                    .containsExactly(
                            "web.yaml:8:11: workloads.web.tags: tags are a map, which is the shape"
                                + " of v1; write apiVersion: v1, or the tags as a list of key and"
                                + " value");
            assertThat(complaints(WEB + "    tags: [{key: owner, value: me}]\n"))
                    .containsExactly(
                            "web.yaml:8:11: workloads.web.tags: tags are a list, which is the shape"
                                    + " of v0.1; write them as keys and values, such as owner: me");
        }
    }

    @Nested
    final class Warns {
        @Test
        void about_unknown_keys_with_the_nearest_known_one() {
            var manifest = accepted(WEB + "    restartpolicy: ALWAYS\n    zebra: 1\nworkload:\n");
            assertThat(manifest.warnings())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "web.yaml:10:1: workload: \"workload\" is unknown and has no effect;"
                                    + " did you mean workloads?",
                            "web.yaml:8:5: workloads.web.restartpolicy: \"restartpolicy\" is"
                                    + " unknown and has no effect; did you mean restartPolicy?",
                            "web.yaml:9:5: workloads.web.zebra: \"zebra\" is unknown and has no"
                                + " effect; known here: agent, restartPolicy, dependencies, tags,"
                                + " runtime, runtimeConfig, controlInterfaceAccess, configs, files,"
                                + " imagePullPolicy, stopAfterLostContact");
        }
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                row("", "web.yaml:1:1: is empty; write apiVersion: v1 and workloads"),
                row("# only a comment\n", "is empty"),
                row(
                        "text",
                        "web.yaml:1:1: is text instead of a map; write keys and values below it"),
                row("[]", "web.yaml:1:1: is a list instead of a map"),
                row("workloads: {}", "web.yaml:1:1: apiVersion is missing; write apiVersion: v1"),
                row(
                        "apiVersion: v7",
                        "web.yaml:1:13: apiVersion: \"v7\" is no apiVersion; write v1"),
                row(
                        "apiVersion: 1",
                        "apiVersion: \"1\" is a number instead of text; quote it: \"1\""),
                row(
                        "apiVersion: v1\nworkloads: [web]",
                        "web.yaml:2:12: workloads: is a list instead of a map"),
                row(
                        "apiVersion: v1\nworkloads:\n  web:\n",
                        "web.yaml:3:7: workloads.web: has no fields; write at least agent, runtime"
                                + " and runtimeConfig"),
                row(
                        "apiVersion: v1\nworkloads:\n  web: {}\n",
                        "web.yaml:3:8: workloads.web: agent is missing",
                        "web.yaml:3:8: workloads.web: runtime is missing",
                        "web.yaml:3:8: workloads.web: runtimeConfig is missing"),
                row(
                        WEB.replace("  web:", "  my web:"),
                        "web.yaml:3:3: workloads.my web: \"my web\" is no workload name: has"
                                + " characters other than [a-zA-Z0-9_-]; leave them out"),
                row(
                        WEB.replace("  web:", "  '':"),
                        "web.yaml:3:3: workloads.: \"\" is no workload name"),
                row(
                        WEB.replace("agent_A", "agent A"),
                        "web.yaml:4:12: workloads.web.agent: \"agent A\" is no agent name"),
                row(
                        WEB.replace("agent_A", "'{{a}}'"),
                        "workloads.web.agent: \"{{a}}\" is a template, but the workload has no"
                                + " configs"),
                row(
                        WEB.replace("podman", "[podman]"),
                        "workloads.web.runtime: is a list instead of text"),
                row(
                        WEB + "    restartPolicy: always\n",
                        "web.yaml:8:20: workloads.web.restartPolicy: \"always\" is no restart"
                                + " policy; use one of NEVER, ON_FAILURE, ALWAYS"),
                row(
                        WEB + "    dependencies: {a b: ADD_COND_RUNNING, c: RUNNING}\n",
                        "web.yaml:8:20: workloads.web.dependencies.a b: \"a b\" is no workload"
                                + " name",
                        "web.yaml:8:46: workloads.web.dependencies.c: \"RUNNING\" is no condition"
                            + " of a dependency; use one of ADD_COND_RUNNING, ADD_COND_SUCCEEDED,"
                            + " ADD_COND_FAILED"),
                row(
                        WEB
                                + "    dependencies: {a: {onUpdate: restart}, b: {condition:"
                                + " ADD_COND_RUNNING, onUpdate: stop}, c: {condition:"
                                + " ADD_COND_FAILED, onUpdate: ignore}}\n",
                        "workloads.web.dependencies.a: condition is missing; write condition:"
                                + " ADD_COND_RUNNING",
                        "workloads.web.dependencies.b.onUpdate: \"stop\" is no onUpdate; use one"
                                + " of wait, restart, ignore",
                        "workloads.web.dependencies.c: onUpdate: ignore means nothing with"
                                + " condition: ADD_COND_FAILED; leave onUpdate out, or write"
                                + " condition: ADD_COND_RUNNING"),
                row(
                        WEB + "    imagePullPolicy: Always\n",
                        "workloads.web.imagePullPolicy: \"Always\" is no image pull policy; use one"
                                + " of IF_NOT_PRESENT, ALWAYS, NEVER"),
                row(
                        WEB.replace("runtime: podman", "runtime: native")
                                + "    imagePullPolicy: ALWAYS\n",
                        "workloads.web.imagePullPolicy: means nothing with runtime \"native\";"
                                + " leave it out: a native workload has no image"),
                row(
                        WEB.replace("runtime: podman", "runtime: podman-kube")
                                + "    imagePullPolicy: NEVER\n",
                        "workloads.web.imagePullPolicy: means nothing with runtime \"podman-kube\";"
                                + " leave it out, and write imagePullPolicy to the containers of"
                                + " the manifest in runtimeConfig"),
                row(
                        WEB + "    stopAfterLostContact: 10\n",
                        "workloads.web.stopAfterLostContact: \"10\" is no time from 1s to 365d;"
                                + " write one such as 90s, 10m or 1h30m, or leave it out"),
                row(
                        WEB + "    stopAfterLostContact: 366d\n",
                        "workloads.web.stopAfterLostContact: \"366d\" is no time from 1s to 365d"),
                row(
                        WEB + "    stopAfterLostContact: [10s]\n",
                        "workloads.web.stopAfterLostContact: is a list instead of text"),
                row(
                        WEB + "    tags: {a: 1.5, b: true, c: , d: {}}\n",
                        "workloads.web.tags.a: \"1.5\" is a number instead of text; quote it:"
                                + " \"1.5\"",
                        "workloads.web.tags.b: \"true\" is a boolean instead of text",
                        "workloads.web.tags.c: has no value; write one; an empty text is \"\"",
                        "workloads.web.tags.d: is a map instead of text"),
                row(
                        WEB + "    configs: {a b: x, c: y.z}\n",
                        "web.yaml:8:15: workloads.web.configs.a b: \"a b\" is no alias of a config",
                        "workloads.web.configs.c: \"y.z\" is no config name"),
                row(
                        WEB
                                + "    files:\n    - mountPoint: /a\n    - {data: x}\n"
                                + "    - {mountPoint: /b, data: x, binaryData: eA==}\n",
                        "web.yaml:9:7: workloads.web.files[0]: has neither data nor binaryData",
                        "web.yaml:10:7: workloads.web.files[1]: mountPoint is missing",
                        "web.yaml:11:7: workloads.web.files[2]: has data and binaryData"),
                row(
                        WEB
                                + "    files:\n    - {mountPoint: a, data: x}\n"
                                + "    - {mountPoint: /a/, data: x}\n"
                                + "    - {mountPoint: /a/../b, data: x}\n"
                                + "    - {mountPoint: /..a, data: x}\n"
                                + "    - {mountPoint: /..a, data: x}\n",
                        "web.yaml:9:20: workloads.web.files[0].mountPoint: \"a\" is no path of a"
                                + " file; write an absolute one",
                        "workloads.web.files[1].mountPoint: \"/a/\" is no path",
                        "workloads.web.files[2].mountPoint: \"/a/../b\" is no path",
                        "web.yaml:13:7: workloads.web.files[4]: mounts a second file at \"/..a\""),
                row(
                        WEB
                                + """
                                    controlInterfaceAccess:
                                      allowRules:
                                      - operation: Read
                                      - type: Rule
                                      - {type: StateRule, operation: read, filterMasks: ["", a..b, "a b"]}
                                      - {type: StateRule}
                                      denyRules:
                                      - {type: LogRule, workloadNames: ["a*b*", "a.b", ""]}
                                      - {type: LogRule}
                                """,
                        "allowRules[0]: type is missing; write type: StateRule or type: LogRule",
                        "allowRules[1].type: \"Rule\" is no type of a rule; use one of StateRule,"
                                + " LogRule",
                        "allowRules[2].operation: \"read\" is no operation; use one of Nothing,"
                                + " Read, Write, ReadWrite",
                        "allowRules[2].filterMasks[0]: \"\" is no filter mask",
                        "allowRules[2].filterMasks[1]: \"a..b\" is no filter mask",
                        "allowRules[2].filterMasks[2]: \"a b\" is no filter mask",
                        "allowRules[3]: operation is missing",
                        "allowRules[3]: filterMasks is missing",
                        "denyRules[0].workloadNames[0]: \"a*b*\" has more than one *",
                        "denyRules[0].workloadNames[1]: \"a.b\" is no name of workloads",
                        "denyRules[0].workloadNames[2]: \"\" is no name of workloads",
                        "denyRules[1]: workloadNames is missing"),
                row(
                        """
                        apiVersion: v1
                        configs:
                          a: 5
                          b:
                          - true
                          c:
                            x y: z
                          d.e: f
                        """,
                        "web.yaml:3:6: configs.a: \"5\" is a number instead of text; quote it:"
                                + " \"5\"",
                        "web.yaml:5:5: configs.b[0]: \"true\" is a boolean instead of text",
                        "web.yaml:7:5: configs.c.x y: \"x y\" is no config key",
                        "web.yaml:8:3: configs.d.e: \"d.e\" is no config name"),
                row(
                        "apiVersion: v1\nconfigs: {a: " + "[".repeat(30) + "]".repeat(30) + "}",
                        "lies deeper than 24 levels; nest the config less"),
                row(
                        "a: 1\napiVersion: v1\na: 2\nworkloads: {}\nworkloads: {}\n",
                        "web.yaml:3:1: key \"a\" is there twice, first on line 1; keep one of them",
                        "web.yaml:5:1: key \"workloads\" is there twice, first on line 4"),
                row(
                        "apiVersion: v1\n---\napiVersion: v1\n",
                        "web.yaml:2:1: holds a second document from here on; write each manifest to"
                                + " a file of its own"),
                row(
                        "apiVersion: v1\nworkloads:\n  web:\n    agent: a\n   runtime: b\n",
                        "web.yaml:5:4: is no YAML: expected <block end>"),
                row(
                        "apiVersion: v1\nworkloads:\n\tweb: x\n",
                        "web.yaml:3:1: is no YAML: found character"),
                row(
                        "apiVersion: \"v1\n",
                        "web.yaml:2:1: is no YAML: found unexpected end of stream"),
                row("a: x\nb: \u0001\n", "web.yaml:2:4: has the character U+0001"),
                row("a: \"\\x", "web.yaml:1:2: is no YAML from here on"), // seed 8436 of the noise
                row("a: *b\n", "web.yaml:1:4: *b refers to no anchor above it"),
                row("a: &b [*b]\n", "web.yaml:1:8: *b stands inside of what &b marks"),
                row(
                        "apiVersion: v1\nx: !ruby/object y\n",
                        "the tag !ruby/object has no meaning here; leave it out"),
                row("apiVersion: v1\nx: {<<: {}}\n", "merge keys (<<) are not read"),
                row("apiVersion: v1\nworkloads: {a: {<<: {agent: b}}}\n", "merge keys (<<)"),
                row("~", "web.yaml:1:2: is empty; write apiVersion: v1 and workloads"),
                row("---\n---\n# nothing\n", "is empty"),
                row("? [a]\n: b\n", "a key is not plain text"),
                row("[".repeat(100), "lies deeper than 64 levels"),
                row(
                        "x".repeat(1 << 21),
                        "web.yaml: has 2097152 characters, of which at most 1048576"),
                row(laughs(), "stands for too much"),
                row(
                        "a: &a 1\nb: [" + "*a, ".repeat(1001) + "]",
                        "is alias number 1001; at most 1000"));
    }

    /** A billion laughs: each anchor holds ten of the one before. */
    private static String laughs() {
        var text = new StringBuilder("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
        for (int i = 1; i < 20; i++) {
            var alias = "*a" + (i - 1);
            text.append(
                    "a%d: &a%d [%s]\n"
                            .formatted(i, i, String.join(", ", Collections.nCopies(10, alias))));
        }
        return text.toString();
    }

    private static Arguments row(String text, String... complaints) {
        return Arguments.of(text, List.of(complaints));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void refuses(String text, List<String> complaints) {
        var found = complaints(text);
        for (var complaint : complaints) {
            assertThat(found).anySatisfy(one -> assertThat(one).contains(complaint));
        }
        assertThat(found).hasSameSizeAs(complaints);
    }

    @Test
    void tells_no_more_than_a_hundred_problems() {
        var text = new StringBuilder("apiVersion: v1\nworkloads:\n");
        for (int i = 0; i < 200; i++) {
            text.append("  w%d: {agent: a, runtime: b}\n".formatted(i));
        }
        assertThat(complaints(text.toString()))
                .hasSize(101)
                .last()
                .isEqualTo("100 more of them; correct these first");
    }

    private static List<String> complaints(String text) {
        return problems(ManifestReader.read("web.yaml", text)).stream()
                .map(Problem::toString)
                .toList();
    }

    private static List<Problem> problems(Outcome<Manifest> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<Manifest>(var manifest) -> throw new AssertionError(manifest);
            case Outcome.Refused<Manifest>(var problems) -> problems;
        };
    }

    private static Manifest accepted(String text) {
        return value(ManifestReader.read("web.yaml", text));
    }

    private static Manifest value(Outcome<Manifest> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<Manifest>(var manifest) -> manifest;
            case Outcome.Refused<Manifest>(var problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static Workload web(State state) {
        return Optional.ofNullable(state.workloads().get(new WorkloadName("web"))).orElseThrow();
    }
}

package io.muster.api.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TemplatesTest {
    private static final WorkloadName WEB = new WorkloadName("web");

    private static final State CONFIGS =
            state(
                    """
                    apiVersion: v1
                    configs:
                      plain: just text
                      html: "<a href='x'>&\\"</a>"
                      empty: ""
                      none: []
                      nothing: {}
                      four: "4"
                      ten: "10"
                      counted:
                        - {index: x, first: y, root: z}
                      image:
                        name: nginx
                        tag: "1.27"
                      ports:
                        - host: "80"
                          inner: "8080"
                        - host: "443"
                          inner: "8443"
                      agents: [agent_A, agent_B]
                      eq: a config called like a helper
                      nginx: |
                        server {

                          listen 80;
                        }
                      last-line: "one\\ntwo"
                      under_score-and-minus:
                        key_1-x: odd
                    """);

    @ParameterizedTest(name = "{0}")
    @MethodSource("templates")
    void fills_in(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(expected);
    }

    static Stream<Arguments> templates() {
        return Stream.of(
                arguments("no tags", "no tags"),
                arguments("{{plain}}", "just text"),
                arguments("{{and (eq plain plain) (eq plain plain) (eq plain empty)}}", "false"),
                arguments("{{or (eq plain empty) (eq plain empty) (eq plain plain)}}", "true"),
                arguments("{{#if (not (eq plain empty))}}other{{/if}}", "other"),
                arguments("{{len (lookup image \"name\")}}", "5"),
                arguments("{{#if (lt (len agents) 5)}}few{{/if}}", "few"),
                arguments("{{eq (not plain) (not plain)}}", "true"),
                arguments("{{#with agents}}{{len this}}{{/with}}", "2"),
                arguments("{{ plain }}!", "just text!"),
                arguments("{{image.name}}:{{image.tag}}", "nginx:1.27"),
                arguments("{{image/name}} {{this.plain}} {{./plain}}", "nginx just text just text"),
                arguments("{{under_score-and-minus.key_1-x}}", "odd"),
                // not escaped
                arguments("{{html}}", "<a href='x'>&\"</a>"),
                arguments("{{{html}}} {{&plain}}", "<a href='x'>&\"</a> just text"),
                // lists
                arguments("{{agents.0}} {{agents.[1]}}", "agent_A agent_B"),
                arguments("{{ports.1.host}}", "443"),
                arguments("args: {{agents}}", "args: [agent_A, agent_B]"),
                // each
                arguments("{{#each agents}}{{this}},{{/each}}", "agent_A,agent_B,"),
                arguments(
                        "{{#each agents}}{{@index}}={{.}}{{#unless @last}}, {{/unless}}{{/each}}",
                        "0=agent_A, 1=agent_B"),
                arguments(
                        "{{#each ports}}{{#if @first}}-p {{/if}}{{this.host}}:{{inner}} {{/each}}",
                        "-p 80:8080 443:8443 "),
                arguments("{{#each image}}{{@key}}={{this}};{{/each}}", "name=nginx;tag=1.27;"),
                arguments("{{#each none}}x{{else}}empty{{/each}}", "empty"),
                arguments("{{#each none}}x{{/each}}.", "."),
                arguments("{{#each gone}}x{{else}}none{{/each}}", "none"),
                arguments("{{#each ports}}{{../plain}} {{/each}}", "just text just text "),
                arguments(
                        "{{#each ports}}{{#each ../agents}}{{../host}}{{this}} {{/each}}{{/each}}",
                        "80agent_A 80agent_B 443agent_A 443agent_B "),
                // an inner item that is the outer one has a scope of its own all the same
                arguments(
                        "{{#each agents}}{{#each ../agents}}{{../../plain}};{{/each}}{{/each}}",
                        "just text;".repeat(4)),
                arguments(
                        "{{#with image}}{{#with this}}{{../../plain}}{{/with}}{{/with}}",
                        "just text"),
                arguments(
                        "{{#with image}}{{#with ../image}}{{../name}}{{/with}}{{/with}}", "nginx"),
                arguments("{{#image}}{{name}} {{../plain}}{{/image}}", "nginx just text"),
                arguments("{{#ports}}{{host}}{{../plain}} {{/ports}}", "80just text 443just text "),
                arguments(
                        "{{#each ports as |port i|}}{{i}}:{{port.host}} {{../plain}};{{/each}}",
                        "0:80 just text;1:443 just text;"),
                arguments(
                        "{{#each ports as |p|}}{{#each ../agents as |a|}}{{p.host}}{{a}} {{/each}}"
                                + "{{/each}}",
                        "80agent_A 80agent_B 443agent_A 443agent_B "),
                arguments("{{#each agents}}{{@root.plain}};{{/each}}", "just text;just text;"),
                // what the blocks outside count
                arguments(
                        "{{#each agents}}{{#each ../ports}}{{@../index}}{{@index}}"
                                + " {{/each}}{{/each}}",
                        "00 01 10 11 "),
                arguments(
                        "{{#each image}}{{#with ../agents}}{{@../key}};{{@key}} {{/with}}{{/each}}",
                        "name;name tag;tag "),
                arguments(
                        "{{#each agents}}{{#each ../ports}}{{#each ../../agents}}{{@../../index}}"
                                + "{{/each}}{{/each}}{{/each}}",
                        "00001111"),
                // neither hides the other
                arguments(
                        "{{#each counted}}{{@index}}{{@first}}{{index}}{{@root.plain}} {{/each}}",
                        "0truexjust text "),
                arguments("{{#each image as |name|}}{{name}} {{/each}}", "nginx 1.27 "),
                arguments(
                        "{{#with image as |name|}}{{name.tag}} {{this.name}} {{./name}}{{/with}}",
                        "1.27 nginx nginx"),
                arguments(
                        "{{#each ports as |host i|}}{{i}}:{{host.inner}}/{{this.host}} {{/each}}",
                        "0:8080/80 1:8443/443 "),
                arguments(
                        "{{#each ports as |host|}}{{#with ../image}}{{host.host}} {{../host}}"
                                + " {{/with}}{{/each}}",
                        "80 80 443 443 "),
                // if, unless, with
                arguments("{{#if plain}}yes{{else}}no{{/if}}", "yes"),
                arguments("{{#if empty}}yes{{else}}no{{/if}}", "no"),
                arguments("{{#if none}}yes{{else}}no{{/if}}", "no"),
                arguments("{{#if nothing}}yes{{else}}no{{/if}}", "no"),
                arguments("{{#if gone}}yes{{else}}no{{/if}}", "no"),
                arguments("{{#if image.gone}}yes{{/if}}.", "."),
                arguments("{{#if gone}}a{{else if plain}}b{{else}}c{{/if}}", "b"),
                arguments("{{#unless gone}}none{{/unless}}", "none"),
                arguments(
                        "{{#with image}}{{name}}:{{tag}} {{../plain}}{{/with}}",
                        "nginx:1.27 just text"),
                arguments("{{#with image as |i|}}{{i.name}}{{/with}}", "nginx"),
                arguments("{{#with gone}}x{{else}}none{{/with}}", "none"),
                // helpers
                arguments("{{lookup agents 1}}", "agent_B"),
                arguments("{{lookup image 'tag'}}", "1.27"),
                arguments("{{lookup (lookup ports 1) \"host\"}}", "443"),
                arguments("{{#if (eq plain 'just text')}}1{{else}}2{{/if}}", "1"),
                arguments("{{#if (ne plain 'just text')}}1{{else}}2{{/if}}", "2"),
                arguments("{{eq four ten}} {{gt ten four}}", "false false"), // as texts
                arguments(
                        "{{gt ten 4}} {{gte four 4}} {{lt four 10}} {{lte ten 4}}",
                        "true true true false"),
                arguments(
                        "{{eq four 4}} {{eq agents agents}} {{eq image ports}}", "true true false"),
                arguments(
                        "{{#if (and plain (not empty))}}1{{/if}}{{#if (or empty none)}}2{{/if}}",
                        "1"),
                arguments("{{len agents}} {{len plain}} {{len image}}", "2 9 2"),
                arguments("{{eq}}", "a config called like a helper"),
                // white space
                arguments("a\n{{#if plain}}\n  b\n{{/if}}\nc\n", "a\n  b\nc\n"),
                arguments("a\r\n{{#if plain}}\r\n  b\r\n{{/if}}\r\nc", "a\r\n  b\r\nc"),
                arguments(
                        "ports:\n{{#each ports}}\n  - {{host}}\n{{/each}}\nend\n",
                        "ports:\n  - 80\n  - 443\nend\n"),
                arguments("a  {{~ plain ~}}  b", "ajust textb"),
                arguments("[{{~#each agents}} {{this}} {{~/each~}} ]", "[ agent_A agent_B]"),
                arguments("a\n{{! a comment }}\nb{{!-- }} --}}c", "a\nbc"),
                // the partial
                arguments(
                        "data:\n  conf: |\n    {{> indent content=nginx}}\nend",
                        "data:\n  conf: |\n    server {\n    \n      listen 80;\n    }\nend"),
                arguments("k: |\n  {{> indent content=last-line}}\nend", "k: |\n  one\n  two\nend"),
                arguments("k: |\n\t{{> indent content=last-line }}\n", "k: |\n\tone\n\ttwo\n"),
                arguments("k: {{> indent content=plain}}.", "k: just text."),
                arguments(
                        "{{#each ports}}\n- |\n    {{> indent content=host}}\n{{/each}}\n",
                        "- |\n    80\n- |\n    443\n"),
                arguments(
                        "{{#with image}}\n  {{> indent content=../nginx}}\n{{/with}}\n",
                        "  server {\n  \n    listen 80;\n  }\n"),
                arguments("x:\n{{> indent content=plain}}\nend", "x:\njust text\nend"),
                arguments("{{> indent content=nginx}} \r\nend", rendered("{{nginx}}end")),
                arguments("{{> indent content=plain}}", "just text"),
                arguments("{{> indent content=plain}} x\n", "just text x\n"),
                // text that looks like a tag
                arguments("a\\\\{{plain}}", "a\\just text"),
                arguments("a\\\\\\{{plain}}", "a\\\\just text"),
                arguments("{\\\\{{plain}}", "{\\just text"),
                arguments("\\{{{plain}}}", "{{{plain}}}"),
                arguments("{\\{{plain}}", "{{{plain}}"),
                arguments("\\{{}}} \\{{plain", "{{}}} {{plain"),
                arguments("\\{{{{raw}}}} {{plain}}", "{{{{raw}}}} just text"),
                arguments("\\{{^if plain}}", "{{^if plain}}"),
                arguments("{{!-- {{#if}} {{^if plain}} \\{{ --}}x", "x"),
                arguments("{{! \\{{ }}x", "x"),
                arguments("{{^gone}}none{{/gone}}{{^plain}}x{{/plain}}", "none"),
                arguments("{{#if empty}}yes{{^}}no{{/if}}", "no"),
                arguments("\\{{plain}} {{plain}}", "{{plain}} just text"),
                arguments("{{{{raw}}}}{{plain}}{{{{/raw}}}}", "{{plain}}"),
                arguments("{ {a} } }}", "{ {a} } }}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refuses(String template, String what, String remedy) {
        var problem = problem(template);
        assertThat(problem.where()).isEqualTo("desiredState.workloads.web.runtimeConfig");
        assertThat(problem.what())
                .startsWith("Failed to render field 'runtimeConfig': ")
                .contains(what);
        assertThat(problem.remedy()).contains(remedy);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(
                        "a\n  {{unheard-of}}",
                        "line 2, column 5: there is no \"unheard-of\"",
                        "known here"),
                arguments("{{plan}}", "there is no \"plan\"", "did you mean \"plain\"?"),
                arguments("{{image.nam}}", "there is no \"image.nam\"", "\"image.name\"?"),
                arguments("{{plain.x}}", "there is no \"plain.x\"", "correct the name"),
                arguments("{{agents.7}}", "there is no \"agents.7\"", ""),
                arguments("{{agents.length}}", "there is no \"agents.length\"", ""),
                arguments("{{image.size}}", "there is no \"image.size\"", ""),
                arguments("{{plain.class}}{{plain.getClass}}", "there is no \"plain.class\"", ""),
                arguments("{{#each ports}}{{plain}}{{/each}}", "there is no \"plain\"", "../plain"),
                arguments("{{#each gone}}{{/each}}", "the value of #each is not there", "else"),
                arguments("{{#each plain}}{{/each}}", "is no list and no map", "else"),
                arguments("{{#with gone}}{{/with}}", "the value of #with is not there", "else"),
                arguments("{{#gone}}x{{/gone}}", "value of a block is not there", "config"),
                arguments("{{image}}", "a map is no text", "\"name\""),
                arguments("{{lookup agents 2}}", "lookup finds no \"2\"", "config"),
                arguments("{{lookup image 'x'}}", "lookup finds no \"x\"", "config"),
                arguments("{{lookup gone 'x'}}", "value 1 of lookup is not there", "config"),
                arguments("{{#if (eq plain gone)}}{{/if}}", "value 2 of eq is not there", "#if"),
                arguments("{{eq plain}}", "eq needs 2 values and has 1", ""),
                arguments("{{gt agents 1}}", "gt compares a list or a map", ""),
                arguments("{{upper plain}}", "there is no helper \"upper\"", "each, if"),
                arguments("{{embedded plain}}", "there is no helper \"embedded\"", "each, if"),
                arguments("{{log plain}}", "there is no helper \"log\"", "each, if"),
                arguments("{{precompile 'x'}}", "there is no helper \"precompile\"", ""),
                arguments("{{> /etc/passwd}}", "partial", ""),
                arguments("{{> \"../../etc/passwd\"}}", "there is no partial", "indent"),
                arguments("{{> other}}", "there is no partial \"other\"", "indent"),
                arguments("  {{> indent}}\n", "the content of indent is not there", "content="),
                arguments("{{> indent}}\n", "the content of indent is not there", "content="),
                arguments("{{len}}", "len needs a value and has none", ""),
                arguments("{{not}}", "not needs a value and has none", ""),
                arguments("{{#*inline \"x\"}}{{/inline}}", "inline", ""),
                arguments("x\n {{^if plain}}no{{/if}}", "line 2, column 2: {{^ takes", "#unless"),
                arguments("{{~^ each ports}}no{{/each}}", "line 1, column 1: {{^ takes", "else"),
                arguments("{{^if}}no{{/if}}", "{{^ takes a name", "else"),
                arguments("\\\\{{plain}} \\{{ {{gone}}", "line 1, column 19", ""),
                arguments(
                        "{{#each ports}}{{@../index}}{{/each}}",
                        "there is no \"@../index\"",
                        "each block"),
                arguments(
                        "{{#each ports}}{{../@../index}}{{/each}}",
                        "there is no \"../@../index\"",
                        ""),
                arguments("{{@index}}", "there is no \"@index\"", "each block"),
                arguments("{{../plain}}", "there is no \"../plain\"", ""),
                arguments("{{..}}", "there is no \"..\"", ""),
                arguments("{{plain", "line 1", "braces"),
                arguments("{{#if plain}}", "line 1", "braces"),
                arguments("{{#if plain}}{{/each}}", "line 1", "braces"),
                arguments("{{}}", "line 1", "braces"));
    }

    @Test
    void renders_the_agent_and_files_and_nothing_else() {
        var state =
                state(
                        """
                        apiVersion: v1
                        workloads:
                          web:
                            agent: "{{agents.1}}"
                            runtime: podman
                            runtimeConfig: "image: {{image.name}}"
                            tags: {"a": "{{plain}}"}
                            dependencies: {db: ADD_COND_RUNNING}
                            configs: {image: i, agents: a}
                            files:
                              - {mountPoint: "/{{plain}}", data: "{{image.tag}}"}
                              - {mountPoint: /b, binaryData: "{{image.b64}}"}
                        configs:
                          i: {name: nginx, tag: "1", b64: aGk=}
                          a: [x, agent_B]
                        """);
        var web = accepted(render(state));
        assertThat(web.agent()).isEqualTo("agent_B");
        assertThat(web.runtimeConfig()).isEqualTo("image: nginx");
        assertThat(web.tags()).containsEntry("a", "{{plain}}");
        assertThat(web.configs()).isEmpty();
        assertThat(web.dependencies()).hasSize(1);
        assertThat(web.files())
                .extracting(Object::toString)
                .containsExactly(
                        "TextFile[mountPoint=/{{plain}}, data=1]",
                        "BinaryFile[mountPoint=/b, binaryData=aGk=]");
    }

    @Test
    void leaves_braces_alone_where_no_configs_are_named() {
        var web = Workload.of("a", "podman", "image: {{image}}");
        assertThat(accepted(WorkloadTemplates.render(WEB, web, CONFIGS.configs()))).isEqualTo(web);
    }

    @Test
    void refuses_a_config_that_is_missing_even_if_it_is_not_used() {
        var state =
                state(
                        """
                        apiVersion: v1
                        workloads:
                          web: {agent: a, runtime: podman, runtimeConfig: x, configs: {c: gone, d: also}}
                        """);
        assertThat(problems(render(state)))
                .extracting(Problem::toString)
                .containsExactly(
                        "desiredState.workloads.web.configs.c: Workload references config key"
                                + " 'gone' that does not exist; add it to configs, or name one that"
                                + " is there",
                        "desiredState.workloads.web.configs.d: Workload references config key"
                                + " 'also' that does not exist; add it to configs, or name one that"
                                + " is there");
    }

    @Test
    void tells_every_field_that_fails() {
        var state =
                state(
                        """
                        apiVersion: v1
                        workloads:
                          web:
                            agent: "{{a.x}}"
                            runtime: podman
                            runtimeConfig: "{{a.y}}"
                            configs: {a: a}
                            files: [{mountPoint: /f, data: "{{a.z}}"}]
                        configs: {a: {k: v}}
                        """);
        assertThat(problems(render(state)))
                .extracting(Problem::what)
                .satisfiesExactly(
                        what -> assertThat(what).startsWith("Failed to render field 'agent'"),
                        what ->
                                assertThat(what)
                                        .startsWith("Failed to render field 'runtimeConfig'"),
                        what ->
                                assertThat(what)
                                        .startsWith(
                                                "Failed to render field 'files with mount point"
                                                        + " /f'"));
    }

    @Test
    void gives_one_instance_id_to_one_text_wherever_its_white_space_comes_from() {
        var texts =
                List.of(
                        "image: {{plain}}",
                        "\n  image: {{plain}}\n\n",
                        "{{#if plain}}\nimage: {{plain}}\n{{/if}}\n");
        assertThat(texts)
                .extracting(
                        text -> WorkloadTemplates.render(WEB, workload(text), CONFIGS.configs()))
                .extracting(outcome -> accepted(outcome).runtimeConfig())
                .extracting(text -> InstanceName.of(WEB, text, "a").id())
                .containsOnly(InstanceName.of(WEB, "image: just text", "a").id());
    }

    @Nested
    final class Bounds {
        @Test
        void no_result_grows_without_end() {
            assertThat(
                            refusedSoon(
                                    "{{#each ports}}{{#each ../agents}}"
                                            + "{{@root.nginx}}".repeat(19_000)
                                            + "{{/each}}{{/each}}"))
                    .contains("becomes longer");
        }

        @Test
        void no_loop_runs_for_ever() {
            var open = "{{#each @root.agents}}".repeat(30);
            var close = "{{/each}}".repeat(30);
            assertThat(refusedSoon(open + close)).contains("takes more than");
        }

        @Test
        void nothing_nests_too_deep() {
            assertThat(refusedSoon("{{#if plain}}".repeat(5_000) + "{{/if}}".repeat(5_000)))
                    .contains("nests deeper");
            assertThat(refusedSoon("{{#plain}}".repeat(5_000))).contains("nests deeper");
            assertThat(refusedSoon("{{~^plain}}".repeat(5_000))).contains("nests deeper");
            assertThat(refusedSoon("{{{{raw}}}}".repeat(5_000))).contains("nests deeper");
            assertThat(
                            refusedSoon(
                                    "{{not "
                                            + "(not ".repeat(500)
                                            + "plain"
                                            + ")".repeat(500)
                                            + "}}"))
                    .contains("nests deeper");
            assertThat(refusedSoon("{{plain" + ".x".repeat(5_000) + "}}")).contains("tag of more");
            assertThat(refusedSoon("{{> (" + "(".repeat(5_000) + "}}")).contains("tag of more");
            assertThat(refusedSoon("{{#if plain}}" + "{{else if plain}}".repeat(5_000) + "{{/if}}"))
                    .contains("nests deeper");
        }

        @Test
        void no_text_is_read_again_and_again_before_its_tags_are_counted() {
            for (var piece : List.of("{{!----}}", "{{> indent x=y}}x\n", "\\{{", "\\\\{{x}}")) {
                var most = 1_000_000 / piece.length();
                assertThat(refusedWithin(Duration.ofSeconds(5), piece.repeat(most)))
                        .contains("more than 20000 tags");
            }
        }

        @Test
        void depth_within_the_bound_is_rendered() {
            var text = "{{#if plain}}".repeat(40) + "x" + "{{/if}}".repeat(40);
            assertThat(rendered(text)).isEqualTo("x");
        }

        @Test
        void many_tags_are_rendered_in_time() {
            assertThat(rendered("{{four}}".repeat(20_000))).hasSize(20_000);
            assertThat(refusedSoon("{{four}}".repeat(20_001))).contains("more than 20000 tags");
        }

        @Test
        void what_the_library_remembers_does_not_grow_with_what_is_rendered() {
            for (int i = 0; i < 30; i++) {
                var text = new StringBuilder();
                for (int j = 0; j < 1_000; j++) {
                    text.append("{{#if made-up-%d-%d}}x{{/if}}".formatted(i, j));
                }
                assertThat(rendered(text.toString())).isEmpty();
            }
            assertThat(LibraryPaths.size()).isLessThan(12_000);
        }

        private String refusedSoon(String template) {
            return refusedWithin(Duration.ofSeconds(20), template);
        }

        private String refusedWithin(Duration time, String template) {
            return assertTimeoutPreemptively(time, () -> problem(template).what());
        }
    }

    @Test
    void anything_is_rendered_or_refused() {
        var pieces =
                List.of(
                        "{{",
                        "}}",
                        "{{{",
                        "}}}",
                        "{{#",
                        "{{/",
                        "{{^",
                        "{{>",
                        "{{!",
                        "{{!--",
                        "--}}",
                        "{{~",
                        "~}}",
                        "{{{{",
                        "}}}}",
                        "\\",
                        "if",
                        "each",
                        "with",
                        "else",
                        "plain",
                        "image",
                        ".",
                        "..",
                        "../",
                        "this",
                        "@root",
                        "@index",
                        "[",
                        "]",
                        "(",
                        ")",
                        "|",
                        " as |x|",
                        "=",
                        "\"",
                        "'",
                        " ",
                        "\n",
                        "\r\n",
                        "a",
                        "0",
                        "-1",
                        "indent",
                        "content=",
                        "eq",
                        "lookup",
                        "raw",
                        "true",
                        "*",
                        "{{=<% %>=}}",
                        "é",
                        "\u0000",
                        "🚀");
        Seeds.check(
                3_000,
                random -> {
                    var states = new RandomStates(random);
                    var text = new StringBuilder("{{plain}}");
                    for (int i = random.nextInt(25); i >= 0; i--) {
                        text.append(states.one(pieces));
                    }
                    var workload = workload(text.toString());
                    var first = WorkloadTemplates.render(WEB, workload, CONFIGS.configs());
                    assertThat(WorkloadTemplates.render(WEB, workload, CONFIGS.configs()))
                            .isEqualTo(first);
                });
    }

    private static Workload workload(String template) {
        var aliases = new TreeMap<String, String>();
        CONFIGS.configs().keySet().forEach(name -> aliases.put(name, name));
        return new Workload(
                "a",
                "podman",
                template,
                RestartPolicy.NEVER,
                new TreeMap<>(),
                new TreeMap<>(),
                ControlInterfaceAccess.NONE,
                aliases,
                List.of(new WorkloadFile.TextFile("/f", template)));
    }

    /** Renders as the content of a file, which keeps its white space. */
    private static String rendered(String template) {
        var file =
                accepted(WorkloadTemplates.render(WEB, workload(template), CONFIGS.configs()))
                        .files()
                        .getFirst();
        return ((WorkloadFile.TextFile) file).data();
    }

    private static Problem problem(String template) {
        return problems(WorkloadTemplates.render(WEB, workload(template), CONFIGS.configs()))
                .getFirst();
    }

    private static Outcome<Workload> render(State state) {
        return WorkloadTemplates.render(
                WEB, state.workloads().firstEntry().getValue(), state.configs());
    }

    private static <T> T accepted(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<T>(var value) -> value;
            case Outcome.Refused<T>(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private static <T> List<Problem> problems(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<T>(var value) -> throw new AssertionError("accepted: " + value);
            case Outcome.Refused<T>(var problems) -> problems;
        };
    }

    private static State state(String yaml) {
        return accepted(ManifestReader.read("test.yaml", yaml)).state();
    }
}

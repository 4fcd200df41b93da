package io.muster.simulators;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** "muster-sim simulate": manifests of users with their faults. */
final class SimulateTest {
    private static final Path EXAMPLES = Path.of("..", "examples", "scenarios");
    private static final String WEB =
            """
            apiVersion: v1
            workloads:
              web:
                agent: bow
                runtime: podman
                restartPolicy: ALWAYS
                runtimeConfig: "image: web"
            """;

    private final List<String> failures = new ArrayList<>();

    @TempDir private Path folder = Path.of("");

    @BeforeAll
    static void say_only_what_somebody_must_act_on() {
        Logging.level(Logging.LogLevel.ERROR);
    }

    private record Said(int exit, String text) {}

    static Stream<Path> examples() throws IOException {
        try (var files = Files.list(EXAMPLES)) {
            return files
                    .filter(file -> !file.getFileName().toString().startsWith("shop"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void plays_the_examples_and_draws_them(Path scenario) throws Exception {
        var svg = folder.resolve("drawing.svg");
        var arguments =
                new String[] {
                    "-f", EXAMPLES.resolve("shop.yaml").toString(),
                    "--agents", "3",
                    "--scenario", scenario.toString(),
                    "--svg", svg.toString()
                };
        var said = call(arguments);
        assertThat(failures).isEmpty();
        assertThat(said.exit).as(said.text).isEqualTo(Program.DONE);
        assertThat(said.text)
                .startsWith("3 workloads on 3 agents, seed 1: ")
                .endsWith("In the end all was as wished.\n")
                .contains("db (agent_A, podman)\n", "web (agent_B, podman)\n");
        assertThat(said.text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
        var drawing = Files.readString(svg);
        assertThat(call(arguments).text).isEqualTo(said.text);
        assertThat(Files.readString(svg)).isEqualTo(drawing);
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void shows_states_with_their_times_and_how_long_a_disturbance_lasted() throws IOException {
        var scenario =
                file(
                        "s.yaml",
                        """
                        apiVersion: v1
                        workloads:
                          web: {pull: 5s, start: 1s}
                        steps:
                          - {at: 20s, fault: power-cut, agent: bow, for: 10s}
                        """);
        var said = call("-f", file("m.yaml", WEB), "--scenario", scenario, "--width", "60");
        assertThat(said.text)
                .isEqualTo(
                        """
                        1 workload on 1 agent, seed 1: 50.5s of virtual time

                                            0s             20s             40s
                                            ┬──────────────┬───────────────┬────────
                        apply the manifest  ▲
                        bow power-cut                      ▓▓▓▓▓▓▓▓

                        web                 ▒▒▒▒▒███████████????????████████████████
                          bow                    ───────────        ────────────────
                        as wished                ━━━━━━━━━━━        ━━━━━━━━━━━━━━━━

                        ░ Pending   ▒ Pending(Starting)   █ Running
                        ? AgentDisconnected   ─ its process lives

                        web (bow, podman)
                                0.5s  Pending(Initial): No agent "bow" is connected…
                                0.6s  Pending(Starting): Triggered at runtime.
                                6.5s  Running(Ok)
                               20.0s  ! bow power-cut until 30.0s
                               20.0s  AgentDisconnected: Agent "bow" is gone since …
                               30.0s  Pending(Starting): Triggered at runtime.
                               30.1s  Running(Ok)

                        How long until all was as wished
                                0.0s  apply the manifest  6.5s
                               20.0s  bow power-cut       10.1s, of which 0.1s after it was over

                        In the end all was as wished.
                        """);
    }

    @Test
    void has_the_agents_that_workloads_name_and_others_besides() throws IOException {
        var said = call("-f", file("m.yaml", WEB), "--agents", "3", "--for", "1s", "-o", "json");
        assertThat(said.text)
                .contains(
                        """
                          "agents": [
                            "bow",
                            "agent_A",
                            "agent_B"
                          ],
                        """);
        assertThat(AgentNames.of(List.of("agent_A", "bow"), 4))
                .hasToString("[agent_A, bow, agent_B, agent_C]");
        assertThat(AgentNames.of(List.of(), 0)).hasToString("[agent_A]");
        assertThat(AgentNames.of(List.of(), 27).getLast()).hasToString("agent_27");
    }

    @Test
    void fails_and_says_why_if_it_does_not_come_round() throws IOException {
        var manifest = WEB + "    dependencies: {db: ADD_COND_RUNNING}\n";
        var said = call("-f", file("m.yaml", manifest), "--for", "60s");
        assertThat(said.exit).isEqualTo(Program.FAILED);
        assertThat(said.text)
                .contains(
                        "apply the manifest  never\n",
                        "In the end not all was as wished:\n  web: Pending(WaitingToStart): ");
    }

    @Test
    void tells_of_an_order_that_is_refused_and_of_what_did_not_happen() throws IOException {
        file("m2.yaml", WEB.replace("web:\n", "two:\n").replace("ALWAYS", "NEVER"));
        var scenario =
                file(
                        "s.yaml",
                        """
                        apiVersion: v1
                        steps:
                          - {at: 5s, fault: exit, workload: two}
                          - {at: 10s, apply: m2.yaml}
                          - {at: 15s, delete: [web]}
                          - {at: 20s, fault: vanish, workload: two}
                        """);
        var said = call("-f", file("m.yaml", WEB), "--scenario", scenario);
        assertThat(said.exit).isEqualTo(Program.FAILED);
        assertThat(said.text)
                .contains(
                        "two exit            did not happen: there was nothing of it to befall",
                        "two (bow, podman)",
                        "  two: Failed(Lost)");
    }

    @Test
    void says_where_what_is_wrong_before_anything_happens() throws IOException {
        var scenario =
                file(
                        "s.yaml",
                        """
                        apiVersion: v1
                        workloads:
                          wab: {pull: 1s}
                        steps:
                          - {at: 1s, fault: power-cut, agent: bob, for: 1s}
                          - {at: 2s, fault: exit, workload: wob}
                        """);
        var manifest = file("m.yaml", WEB);
        assertThat(call("-f", manifest, "--scenario", scenario).exit).isEqualTo(Program.FAILED);
        assertThat(failures)
                .containsExactly(
                        """
                        %1$s:5:5: steps[0]: there is no agent "bob"; did you mean bow?
                        %1$s:6:5: steps[1]: there is no workload "wob"; did you mean web?
                        %1$s:3:8: workloads.wab: there is no workload "wab"; did you mean web?\
                        """
                                .formatted(scenario));
        failures.clear();
        call("-f", folder.resolve("none.yaml").toString(), "-f", file("b.yaml", "a: ["));
        assertThat(failures)
                .singleElement()
                .asString()
                .contains(
                        folder.resolve("none.yaml") + ": there is no such file; name another",
                        "b.yaml:1:5: is no YAML");
        failures.clear();
        var two = file("two.yaml", WEB.replace("web:\n", "two:\n").replace("bow", "stern"));
        assertThat(call("-f", manifest, "-f", two, "--agents", "1").exit)
                .isEqualTo(Program.MISUSED);
        assertThat(failures)
                .containsExactly(
                        "--agents: 1 are fewer than workloads name (bow, stern); leave it out, or"
                                + " give 2");
    }

    @Test
    void reads_a_manifest_from_standard_input() {
        assertThat(call("-f", "-", "--for", "10s").text).contains("web (bow, podman)");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Said call(String... arguments) {
        var out = new StringWriter();
        var input = new ByteArrayInputStream(WEB.getBytes(StandardCharsets.UTF_8));
        int exit =
                new CommandLine(new SimulateCommand(input))
                        .setOut(new PrintWriter(out))
                        .setExecutionExceptionHandler((e, _, _) -> {
                            failures.add(String.valueOf(e.getMessage()));
                            return e instanceof ProgramFailure failure
                                    ? failure.exitCode()
                                    : Program.FAILED;
                        })
                        .execute(arguments);
        return new Said(exit, out.toString());
    }
}

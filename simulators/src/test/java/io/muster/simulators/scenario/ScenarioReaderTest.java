package io.muster.simulators.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.Network;
import io.muster.simulators.scenario.Incident.What;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ScenarioReaderTest {
    @Test
    void reads_all_that_can_be_said() {
        var scenario =
                read(
                        """
                        apiVersion: v1
                        network: rough
                        lasts: 5m
                        workloads:
                          web: {pull: 20s, pullFails: 1, start: 1.5s, startFails: 2, runs: 1h,
                                exitCode: 3, stop: 250ms}
                        steps:
                          - {at: 90s, fault: broker-restart, until: 2m}
                          - {at: 30s, fault: power-cut, agent: agent_A, for: 20s}
                          - {at: 3m, fault: partition, agents: [a, b], for: 1s}
                          - {at: 3m, fault: exit, workload: web}
                          - {at: 3m, fault: cut, host: server}
                          - {at: 3m, fault: clock-jump, by: -2h}
                          - {at: 3m, fault: network-loss, rate: 0.25, for: 9s}
                          - {at: 3m, apply: web-2.yaml}
                          - {at: 3m, delete: [web, db]}
                          - {at: 3m, drain: [agent_A]}
                          - {at: 3m, undrain: [agent_A]}
                        """);
        assertThat(scenario.network()).isEqualTo(Network.ROUGH);
        assertThat(scenario.lasting()).contains(Duration.ofMinutes(5));
        assertThat(scenario.conducts().get(new WorkloadName("web")))
                .extracting(Scenario.Written::what)
                .isEqualTo(
                        new Conduct(
                                Duration.ofSeconds(20),
                                1,
                                Duration.ofMillis(1_500),
                                2,
                                Optional.of(Duration.ofHours(1)),
                                3,
                                Duration.ofMillis(250)));
        var three = Duration.ofMinutes(3);
        assertThat(scenario.steps())
                .extracting(Scenario.Written::what)
                .containsExactly(
                        new Incident(
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(20),
                                new What.Befall(Mishap.POWER_CUT, "agent_A")),
                        new Incident(
                                Duration.ofSeconds(90),
                                Duration.ofSeconds(30),
                                new What.Befall(Mishap.BROKER_RESTART, "")),
                        new Incident(
                                three,
                                Duration.ofSeconds(1),
                                new What.Partition(List.of("a", "b"))),
                        now(new What.Strike(Mishap.EXIT, new WorkloadName("web"), 1)),
                        now(new What.Befall(Mishap.CUT, Incident.SERVER)),
                        now(new What.Jump(Duration.ofHours(-2))),
                        new Incident(
                                three,
                                Duration.ofSeconds(9),
                                new What.Disturb(NetworkFault.LOSS, 0.25)),
                        now(new What.Apply("web-2.yaml")),
                        now(
                                new What.Delete(
                                        List.of(new WorkloadName("web"), new WorkloadName("db")))),
                        now(new What.Drain(List.of("agent_A"), true)),
                        now(new What.Drain(List.of("agent_A"), false)));
        assertThat(scenario.end()).isEqualTo(Duration.ofSeconds(189));
    }

    private static Incident now(What what) {
        return new Incident(Duration.ofMinutes(3), Duration.ZERO, what);
    }

    @ParameterizedTest
    @EnumSource(Mishap.class)
    void has_a_form_for_every_mishap(Mishap mishap) {
        var target =
                switch (mishap) {
                    case PARTITION -> ", agents: [a]";
                    case CLOCK_JUMP -> ", by: 1h";
                    case EXIT, VANISH, PAUSE -> ", workload: web";
                    default -> mishap.aim() == Mishap.Aim.NOTHING ? "" : ", agent: a";
                };
        var lasting = mishap.lasts() ? ", for: 1s" : "";
        assertThat(read(step("at: 1s, fault: " + mishap.word() + target + lasting)).steps())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fault: power-cut, agent: a, for: 1s | steps[0]: at is missing; say when it"
                        + " happens: at: 30s",
                "at: soon, fault: power-cut, agent: a, for: 1s | steps[0].at: \"soon\" is no time;"
                        + " write it like 90s, 1m30s, 0.5s or 2h",
                "at: 1s, fault: powercut, agent: a, for: 1s | steps[0].fault: \"powercut\" is not"
                        + " known; did you mean power-cut?",
                "at: 1s, fault: power-cut, for: 1s | steps[0]: agent is missing; name one:",
                "at: 1s, fault: power-cut, agent: a | steps[0]: says not how long it lasts, or"
                        + " twice; write for: 20s, or until: 50s",
                "at: 9s, fault: server-crash, until: 3s | steps[0].until: is before the beginning",
                "at: 1s, fault: exit, workload: web, for: 1s | steps[0].for: means nothing here",
                "at: 1s, fault: exit, workload: web, cod: 1 | did you mean code?",
                "at: 1s, fault: cut | steps[0]: cut has no target, or two; write agent: NAME, or"
                        + " host: server",
                "at: 1s, fault: network-loss, rate: 2, for: 1s | steps[0].rate: \"2\" is no rate",
                "at: 1s, apply: a.yaml, delete: [b] | steps[0]: has apply and delete in one step",
                "at: 1s | steps[0]: says not what happens; write one of fault, apply, delete,",
                "at: 1s, delete: [] | steps[0].delete: is empty; name at least one",
                "at: 1s, delete: web | steps[0].delete: is no list",
                "at: 1s, drain: [a b] | steps[0].drain[0]: \"a b\" is no name",
            })
    void says_where_what_is_wrong_and_what_to_do(String step, String complaint) {
        assertThat(problems(step(step)))
                .anySatisfy(problem ->
                        assertThat(problem.toString()).startsWith("s.yaml:3:").contains(complaint));
    }

    @Test
    void tells_all_at_once() {
        assertThat(
                        problems(
                                """
                                network: wild
                                workloads:
                                  web: {exitCode: 1, pulls: 3s}
                                step: []
                                """))
                .extracting(Problem::toString)
                .satisfiesExactly(
                        each ->
                                assertThat(each)
                                        .isEqualTo(
                                                "s.yaml:1:1: apiVersion is missing; write"
                                                        + " apiVersion: v1"),
                        each ->
                                assertThat(each)
                                        .startsWith("s.yaml:1:1: network: \"wild\" is not known"),
                        each ->
                                assertThat(each)
                                        .startsWith(
                                                "s.yaml:3:9: workloads.web.exitCode: is never met"),
                        each ->
                                assertThat(each)
                                        .isEqualTo(
                                                "s.yaml:3:22: workloads.web.pulls: means nothing"
                                                        + " here; did you mean pull?"),
                        each ->
                                assertThat(each)
                                        .isEqualTo(
                                                "s.yaml:4:1: step: means nothing here; did you mean"
                                                        + " steps?"));
        assertThat(problems("- a")).singleElement().asString().contains("is no map");
        assertThat(problems("a: [")).singleElement().asString().contains("is no YAML");
    }

    private static String step(String step) {
        return "apiVersion: v1\nsteps:\n  - {%s}\n".formatted(step);
    }

    private static Scenario read(String text) {
        return switch (ScenarioReader.read("s.yaml", text)) {
            case Outcome.Accepted<Scenario>(var scenario) -> scenario;
            case Outcome.Refused<Scenario>(var problems) -> fail(problems.toString());
        };
    }

    private static List<Problem> problems(String text) {
        return switch (ScenarioReader.read("s.yaml", text)) {
            case Outcome.Accepted<Scenario>(var scenario) -> fail(scenario.toString());
            case Outcome.Refused<Scenario>(var problems) -> problems;
        };
    }
}

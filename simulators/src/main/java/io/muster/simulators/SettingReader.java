package io.muster.simulators;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.scenario.Incident;
import io.muster.simulators.scenario.Incident.What;
import io.muster.simulators.scenario.Scenario;
import io.muster.simulators.scenario.Scenario.Written;
import io.muster.simulators.scenario.ScenarioReader;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads the files of a rehearsal, and checks that they fit together, before anything happens; tells
 * all that is wrong with them.
 */
final class SettingReader {
    private final List<Problem> problems = new ArrayList<>();
    private final Manifests manifests;
    private final TreeMap<String, State> applied = new TreeMap<>();
    private final TreeSet<String> agents = new TreeSet<>();
    private final TreeSet<WorkloadName> workloads = new TreeSet<>();

    SettingReader(InputStream input) {
        this.manifests = new Manifests(input, problems);
    }

    /**
     * Reads all of them.
     *
     * @param wanted how many agents; zero for as many as workloads name
     * @throws ProgramFailure with all that is wrong
     */
    Setting read(List<String> files, Optional<String> scenarioFile, int wanted, long seed)
            throws ProgramFailure {
        var manifest = State.EMPTY;
        for (var file : files) {
            var more = manifests.read(file);
            twice(manifest, more, file);
            manifest = Operator.with(manifest, more);
        }
        manifests.check(manifest);
        var scenario = scenarioFile.map(this::scenario).orElse(Scenario.NOTHING);
        failIfWrong();
        met(manifest);
        follow(scenario, manifest, Path.of(scenarioFile.orElse("")).toAbsolutePath());
        failIfWrong();
        var names = AgentNames.of(agents, wanted);
        if (wanted > 0 && wanted < agents.size()) {
            throw ProgramFailure.misuse(
                    "--agents: %d are fewer than workloads name (%s); leave it out, or give %d"
                            .formatted(wanted, String.join(", ", agents), agents.size()));
        }
        if (names.size() > Plan.MOST_AGENTS) {
            throw ProgramFailure.misuse(
                    "%d agents are more than can be simulated; at most %d"
                            .formatted(names.size(), Plan.MOST_AGENTS));
        }
        var known = names.stream().map(Object::toString).toList();
        scenario.steps().forEach(step -> check(step, known));
        scenario.conducts().forEach((name, conduct) -> check(conduct.where(), name));
        failIfWrong();
        return new Setting(seed, names, manifest, scenario, applied);
    }

    private Scenario scenario(String file) {
        var text = manifests.text(file);
        if (text.isEmpty()) {
            return Scenario.NOTHING;
        }
        return switch (ScenarioReader.read(file, text.get())) {
            case Outcome.Accepted<Scenario>(var scenario) -> scenario;
            case Outcome.Refused<Scenario>(var why) -> {
                problems.addAll(why);
                yield Scenario.NOTHING;
            }
        };
    }

    private void twice(State all, State more, String file) {
        for (var name : more.workloads().keySet()) {
            if (all.workloads().containsKey(name)) {
                problems.add(
                        new Problem(
                                "%s: workloads.%s".formatted(file, name),
                                "is in an earlier manifest, too",
                                "leave one out, or rename it"));
            }
        }
    }

    /** Follows what becomes of the wish: each manifest must fit what is there at its time. */
    private void follow(Scenario scenario, State manifest, Path file) {
        var state = manifest;
        for (var step : scenario.steps()) {
            switch (step.what().what()) {
                case What.Apply(var name) -> {
                    int before = problems.size();
                    var beside = file.resolveSibling(name).toString();
                    var more = applied.computeIfAbsent(name, _ -> manifests.read(beside));
                    if (problems.size() == before) {
                        state = Operator.with(state, more);
                        manifests.check(state);
                        met(state);
                    }
                }
                case What.Delete(var names) -> {
                    for (var name : names) {
                        if (!state.workloads().containsKey(name)) {
                            unknown(
                                    step.where(),
                                    "workload",
                                    name.value(),
                                    state.workloads().keySet());
                        }
                        state = state.without(name);
                    }
                }
                case What.Drain _, What.Fault _ -> {} // change no wish
            }
        }
    }

    private void met(State state) {
        agents.addAll(Manifests.agents(state));
        workloads.addAll(state.workloads().keySet());
    }

    private void check(Written<Incident> step, List<String> known) {
        var where = step.where();
        switch (step.what().what()) {
            case What.Befall(_, var target) -> {
                if (!target.isEmpty() && !target.equals(Incident.SERVER)) {
                    checkAgent(where, target, known);
                }
            }
            case What.Partition(var cut) -> cut.forEach(each -> checkAgent(where, each, known));
            case What.Drain(var drained, _) ->
                    drained.forEach(each -> checkAgent(where, each, known));
            case What.Strike(_, var workload, _) -> check(where, workload);
            case What.Jump _, What.Disturb _, What.Apply _, What.Delete _ -> {} // name no agent
        }
    }

    private void checkAgent(String where, String agent, List<String> known) {
        if (!known.contains(agent)) {
            unknown(where, "agent", agent, known);
        }
    }

    private void check(String where, WorkloadName workload) {
        if (!workloads.contains(workload)) {
            unknown(where, "workload", workload.value(), workloads);
        }
    }

    private void unknown(String where, String kind, String name, Collection<?> known) {
        var names = known.stream().map(Object::toString).toList();
        problems.add(
                new Problem(
                        where,
                        "there is no %s \"%s\"".formatted(kind, name),
                        Nearest.to(name, names)
                                .map(near -> "did you mean %s?".formatted(near))
                                .orElseGet(() ->
                                        names.isEmpty()
                                                ? "name one that there is"
                                                : "there are: " + String.join(", ", names))));
    }

    private void failIfWrong() throws ProgramFailure {
        if (!problems.isEmpty()) {
            throw new ProgramFailure(
                    problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
    }
}

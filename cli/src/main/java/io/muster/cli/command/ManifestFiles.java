package io.muster.cli.command;

import io.muster.api.manifest.Manifest;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.cli.terminal.Terminal;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads manifests from files and standard input into one state, or tells all that is wrong. */
final class ManifestFiles {
    private final InputStream input;
    private final Optional<String> agent;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Map<String, String> homes = new HashMap<>();
    private final Map<String, Manifest.Places> places = new HashMap<>();
    private State state = State.EMPTY;
    private boolean agentWouldHelp;

    private ManifestFiles(InputStream input, Optional<String> agent) {
        this.input = input;
        this.agent = agent;
    }

    /**
     * Reads all of them.
     *
     * @param agent takes the place of every workload's agent
     * @throws ProgramFailure with all problems of all files
     */
    static State read(
            Terminal terminal, InputStream input, List<String> files, Optional<String> agent)
            throws ProgramFailure {
        var reading = of(input, files, agent);
        reading.warnings.forEach(warning -> terminal.warn(warning.toString()));
        if (reading.problems.isEmpty()) {
            return reading.state;
        }
        var text = new StringBuilder("Invalid manifest data provided, nothing was sent:");
        reading.problems.forEach(problem -> text.append("\n  ").append(problem));
        if (reading.agentWouldHelp) {
            text.append(
                    "\n"
                            + "An agent need not be in the manifest: --agent AGENT sets it for all"
                            + " workloads.");
        }
        throw new ProgramFailure(text.toString());
    }

    static void checkOnce(Call call, List<String> files) {
        if (files.indexOf(TextFiles.STANDARD_INPUT)
                != files.lastIndexOf(TextFiles.STANDARD_INPUT)) {
            throw call.misuse("standard input (-) can be read only once");
        }
    }

    /** Reads all of them, and keeps what is wrong with them. */
    static ManifestFiles of(InputStream input, List<String> files, Optional<String> agent) {
        var reading = new ManifestFiles(input, agent);
        files.forEach(reading::add);
        return reading;
    }

    /** Returns what those say that could be read. */
    State state() {
        return state;
    }

    List<Problem> problems() {
        return problems;
    }

    List<Problem> warnings() {
        return warnings;
    }

    /** Says in which file a problem of the state was written, and where there. */
    Problem located(Problem problem) {
        var path = problem.where().split("\\.", 4);
        var home = path.length < 3 ? null : places.get(path[1] + " " + path[2]);
        return home == null ? problem : home.located(problem);
    }

    private void add(String file) {
        var name = TextFiles.name(file);
        var text = TextFiles.read(input, file, problems);
        if (text.isPresent()) {
            switch (ManifestReader.read(name, text.get(), agent)) {
                case Outcome.Accepted<Manifest>(var manifest) -> add(name, manifest);
                case Outcome.Refused<Manifest>(var found) -> {
                    problems.addAll(found);
                    agentWouldHelp |= agentWouldHelp(name, text.get(), found);
                }
            }
        }
    }

    /** Says whether an agent from the command line would leave fewer problems. */
    private boolean agentWouldHelp(String name, String text, List<Problem> found) {
        return agent.isEmpty()
                && (!(ManifestReader.read(name, text, Optional.of(""))
                                instanceof Outcome.Refused<Manifest>(var left))
                        || left.size() < found.size());
    }

    private void add(String file, Manifest manifest) {
        warnings.addAll(manifest.warnings());
        manifest.state()
                .workloads()
                .forEach((name, workload) -> {
                    if (isFirst("workload", name.value(), file)) {
                        state = state.with(name, workload);
                        places.put("workloads " + name, manifest.places());
                    }
                });
        manifest.state()
                .configs()
                .forEach((name, item) -> {
                    if (isFirst("config", name, file)) {
                        state = state.withConfig(name, item);
                        places.put("configs " + name, manifest.places());
                    }
                });
    }

    /** One name in two files: which of them counts would be a matter of luck. */
    private boolean isFirst(String kind, String name, String file) {
        var other = homes.putIfAbsent(kind + " " + name, file);
        if (other != null) {
            problems.add(
                    new Problem(
                            file,
                            "Multiple %ss with the same name '%s' found, the other one in %s"
                                    .formatted(kind, name, other),
                            "leave one out, or rename it"));
        }
        return other == null;
    }
}

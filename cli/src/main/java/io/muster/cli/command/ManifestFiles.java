package io.muster.cli.command;

import io.muster.api.manifest.Manifest;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.manifest.ManifestReading;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.tree.Unread;
import io.muster.api.validation.StateChecks;
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
    private final Map<String, Manifest.Places> places = new HashMap<>(); // by kind and name

    /** What has the name of something in an earlier file. */
    private final List<Namesake> namesakes = new ArrayList<>();

    private State state = State.EMPTY;
    private Unread unread = Unread.NOTHING;
    private boolean agentWouldHelp;

    private ManifestFiles(InputStream input, Optional<String> agent) {
        this.input = input;
        this.agent = agent;
    }

    /** A workload that there is twice. */
    private record Namesake(WorkloadName name, Workload workload, Manifest.Places places) {}

    /**
     * Reads all of them.
     *
     * @param agent takes the place of every workload's agent
     * @param names whether only the names in them count
     * @throws ProgramFailure with all problems of all files
     */
    static State read(
            Terminal terminal,
            InputStream input,
            List<String> files,
            Optional<String> agent,
            boolean names)
            throws ProgramFailure {
        var reading = of(input, files, agent);
        reading.warnings.forEach(warning -> terminal.warn(warning.toString()));
        var problems = new ArrayList<>(reading.problems);
        if (!names) {
            problems.addAll(reading.check().problems()); // the cluster may have what is missing
        }
        if (problems.isEmpty()) {
            return reading.state;
        }
        var text = new StringBuilder("Invalid manifest data provided, nothing was sent:");
        problems.forEach(problem -> text.append("\n  ").append(problem));
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

    /** Checks all that could be read together; places are those in the files. */
    StateChecks.Found check() {
        var found = StateChecks.check(state, unread);
        var problems = new ArrayList<>(found.problems().stream().map(this::located).toList());
        var missing = new ArrayList<>(found.missing().stream().map(this::located).toList());
        for (var each : namesakes) {
            var more = StateChecks.check(each.name(), each.workload(), state.configs(), unread);
            more.problems().forEach(problem -> problems.add(each.places().located(problem)));
            more.missing().forEach(problem -> missing.add(each.places().located(problem)));
        }
        return new StateChecks.Found(problems, missing);
    }

    /** Says in which file a problem of the state was written, and where there. */
    private Problem located(Problem problem) {
        var path = problem.where().split("\\.", 4);
        var home = path.length < 3 ? null : places.get(path[1] + "." + path[2]);
        return home == null ? problem : home.located(problem);
    }

    private void add(String file) {
        var name = TextFiles.name(file);
        var text = TextFiles.read(input, file, problems);
        if (text.isEmpty()) {
            unread = unread.and(Unread.EVERYTHING);
            return;
        }
        var reading = ManifestReader.part(name, text.get(), agent);
        problems.addAll(reading.problems());
        agentWouldHelp |= agentWouldHelp(name, text.get(), reading.problems());
        add(reading);
    }

    /** Says whether an agent from the command line would leave fewer problems. */
    private boolean agentWouldHelp(String name, String text, List<Problem> found) {
        return agent.isEmpty()
                && !found.isEmpty()
                && ManifestReader.part(name, text, Optional.of("")).problems().size()
                        < found.size();
    }

    private void add(ManifestReading manifest) {
        warnings.addAll(manifest.warnings());
        unread = unread.and(manifest.unread());
        manifest.state()
                .workloads()
                .forEach((name, workload) -> {
                    if (isFirst("workload", name.value(), manifest.places())) {
                        state = state.with(name, workload);
                    } else {
                        namesakes.add(new Namesake(name, workload, manifest.places()));
                    }
                });
        manifest.state()
                .configs()
                .forEach((name, item) -> {
                    if (isFirst("config", name, manifest.places())) {
                        state = state.withConfig(name, item);
                    }
                });
    }

    /** One name in two files: which of them counts would be a matter of luck. */
    private boolean isFirst(String kind, String name, Manifest.Places here) {
        var path = kind + "s." + name;
        var other = places.putIfAbsent(path, here);
        if (other != null) {
            problems.add(
                    new Problem(
                            here.place(path) + ": " + path,
                            "Multiple %ss with the same name '%s' found, the other one at %s"
                                    .formatted(kind, name, other.place(path)),
                            "leave one out, or rename it"));
        }
        return other == null;
    }
}

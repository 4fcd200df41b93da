package io.muster.cli.command;

import io.muster.api.manifest.Manifest;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads manifests from files and standard input into one state, or tells all that is wrong. */
final class ManifestFiles {
    static final String STANDARD_INPUT = "-";

    /** A text of the most characters that are read takes at most this. */
    private static final int MAX_BYTES = ManifestReader.MAX_CHARACTERS * 4;

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
        if (files.indexOf(STANDARD_INPUT) != files.lastIndexOf(STANDARD_INPUT)) {
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
        var name = file.equals(STANDARD_INPUT) ? "<stdin>" : file;
        byte[] bytes;
        try {
            bytes = file.equals(STANDARD_INPUT) ? bounded(input) : bytes(Path.of(file));
        } catch (IOException e) {
            problems.add(unreadable(name, e));
            return;
        }
        if (bytes.length > MAX_BYTES) {
            problems.add(
                    new Problem(
                            name,
                            "has more than %d bytes".formatted(MAX_BYTES),
                            "split it into several files"));
            return;
        }
        var text = text(name, bytes);
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

    private static byte[] bytes(Path path) throws IOException {
        try (var stream = Files.newInputStream(path)) {
            return bounded(stream);
        }
    }

    private static byte[] bounded(InputStream stream) throws IOException {
        return stream.readNBytes(MAX_BYTES + 1);
    }

    private static Problem unreadable(String name, IOException e) {
        return switch (e) {
            case NoSuchFileException _ ->
                    new Problem(
                            "",
                            "File '%s' not found".formatted(name),
                            "look for a typing error, or at the folder you are in");
            case AccessDeniedException _ ->
                    new Problem(name, "you may not read this file", "ask its owner for that");
            default ->
                    new Problem(
                            name,
                            "cannot be read (%s)".formatted(InWords.of(e)),
                            "name a readable file");
        };
    }

    private Optional<String> text(String name, byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
        } catch (CharacterCodingException e) {
            problems.add(
                    new Problem(
                            "%s:%d".formatted(name, line(bytes, buffer.position())),
                            "is not UTF-8",
                            "save the file in this encoding"));
            return Optional.empty();
        }
    }

    private static int line(byte[] bytes, int end) {
        int line = 1;
        for (int i = 0; i < end; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }
}

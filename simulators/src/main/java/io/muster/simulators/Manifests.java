package io.muster.simulators;

import io.muster.api.manifest.Manifest;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.tree.Unread;
import io.muster.api.validation.RenderedWorkload;
import io.muster.api.validation.StateChecks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads texts and manifests, and checks them as the server would. */
final class Manifests {
    /** Stands for standard input. */
    static final String INPUT = "-";

    private static final int MOST_BYTES = ManifestReader.MAX_CHARACTERS * 4;

    private final InputStream input;
    private final List<Problem> problems;
    private final Map<WorkloadName, Manifest.Places> places = new HashMap<>();

    /**
     * Makes one.
     *
     * @param problems gets what is wrong
     */
    Manifests(InputStream input, List<Problem> problems) {
        this.input = input;
        this.problems = problems;
    }

    /** Reads a manifest; it is empty if something is wrong. */
    State read(String file) {
        var text = text(file);
        if (text.isEmpty()) {
            return State.EMPTY;
        }
        return switch (ManifestReader.read(file.equals(INPUT) ? "<stdin>" : file, text.get())) {
            case Outcome.Accepted<Manifest>(var manifest) -> {
                manifest.state()
                        .workloads()
                        .keySet()
                        .forEach(name -> places.put(name, manifest.places()));
                yield manifest.state();
            }
            case Outcome.Refused<Manifest>(var why) -> {
                problems.addAll(why);
                yield State.EMPTY;
            }
        };
    }

    /** Reads a text; empty if something is wrong. */
    Optional<String> text(String file) {
        try (var stream = file.equals(INPUT) ? input : Files.newInputStream(Path.of(file))) {
            var bytes = stream.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                problem(file, "has more than %d bytes".formatted(MOST_BYTES), "split it");
                return Optional.empty();
            }
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (NoSuchFileException e) {
            problem(file, "there is no such file", "name another");
        } catch (CharacterCodingException e) {
            problem(file, "is no text in UTF-8", "save it in this encoding");
        } catch (IOException e) {
            problem(file, "cannot be read: " + InWords.of(e), "name another");
        }
        return Optional.empty();
    }

    private void problem(String file, String what, String remedy) {
        problems.add(new Problem(file, what, remedy));
    }

    /** Checks a state as a whole; a config that it lacks is nowhere else. */
    void check(State state) {
        var found = StateChecks.check(state, Unread.NOTHING);
        found.problems().forEach(this::located);
        found.missing().forEach(this::located);
    }

    private void located(Problem problem) {
        var path = problem.where().split("\\.", 4);
        var home =
                path.length < 3 || !path[1].equals("workloads")
                        ? null
                        : places.get(new WorkloadName(path[2]));
        var located = home == null ? problem : home.located(problem);
        if (!problems.contains(located)) {
            problems.add(located);
        }
    }

    /** Returns the agents that the workloads of a state name. */
    static SortedSet<String> agents(State state) {
        var agents = new TreeSet<String>();
        state.workloads()
                .forEach((name, workload) -> {
                    if (RenderedWorkload.of(name, workload, state.configs())
                                    instanceof Outcome.Accepted<Workload>(var rendered)
                            && !rendered.agent().isEmpty()) {
                        agents.add(rendered.agent());
                    }
                });
        return agents;
    }
}

package io.muster.agent.runtime.container;

import io.muster.agent.kernel.StatLine;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exit codes of podman's containers, as soon as anybody can know them: conmon, the parent of a
 * container's main process, writes the code to a file {@code <exit-dir>/<container>} some
 * milliseconds after the end. There it stays until podman has been started by conmon, has read it
 * and has deleted it, which takes some hundred; who comes too late has to ask podman.
 *
 * <p>Where that folder is, is on conmon's command line. Where it is not, nothing is expected, and
 * podman is asked as ever. Any thread.
 */
final class ExitNotes {
    private static final int LOOKS = 50;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    /** To be told as lost when it has ended, and not by a code that nobody finds afterwards. */
    private static final String REMOVES_ITSELF = "--rm";

    private final Map<String, Note> expected = new ConcurrentHashMap<>();
    private final Optional<Path> proc;

    /**
     * What is to come.
     *
     * @param main whose end it tells
     */
    private record Note(ProcessRef main, Path file) {}

    /**
     * Makes them.
     *
     * @param proc {@code /proc}
     */
    ExitNotes(Path proc) {
        this(Optional.of(proc));
    }

    private ExitNotes(Optional<Path> proc) {
        this.proc = proc;
    }

    /** For programs that leave none. */
    static ExitNotes none() {
        return new ExitNotes(Optional.empty());
    }

    /** Remembers where the code of a container that runs will be. */
    void expect(String container, ProcessRef main) {
        var before = expected.get(container);
        if (proc.isEmpty() || (before != null && before.main.equals(main))) {
            return;
        }
        var file = fileOf(container, main, proc.get());
        if (file.isPresent() && !Files.exists(file.get())) {
            expected.put(container, new Note(main, file.get()));
        } else {
            expected.remove(container); // one of an earlier run would be taken for this one's
        }
    }

    /** Forgets a container. */
    void forget(String container) {
        expected.remove(container);
    }

    /**
     * Returns the code of a container that has just ended; empty if it runs, or if nobody left a
     * note in time. Each is read once.
     */
    OptionalInt read(String container) throws RuntimeFailure {
        var note = expected.get(container);
        if (note == null || proc.isEmpty() || runs(note.main, proc.get())) {
            return OptionalInt.empty();
        }
        expected.remove(container);
        var code = code(note.file);
        for (int look = 1; look < LOOKS && code.isEmpty(); look++) {
            LiveProcesses.pause(BETWEEN_LOOKS);
            code = code(note.file);
        }
        return code;
    }

    private static OptionalInt code(Path file) {
        try {
            // written under another name first, so that there is all of it
            var text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return text.matches("[0-9]{1,3}")
                    ? OptionalInt.of(Integer.parseInt(text))
                    : OptionalInt.empty();
        } catch (IOException _) {
            return OptionalInt.empty(); // not yet there, or gone already
        }
    }

    private static boolean runs(ProcessRef main, Path proc) {
        try {
            return stat(main, proc).isPresent();
        } catch (IOException _) {
            return false; // podman knows
        }
    }

    /** What is said of this very process while it has not ended. */
    private static Optional<StatLine> stat(ProcessRef main, Path proc) throws IOException {
        var file = proc.resolve(main.pid() + "/stat");
        return StatLine.parse(Files.readString(file, StandardCharsets.ISO_8859_1))
                .filter(stat -> !stat.ended() && stat.process(main.pid()).equals(main));
    }

    private static Optional<Path> fileOf(String container, ProcessRef main, Path proc) {
        try {
            var stat = stat(main, proc);
            if (stat.isEmpty()) {
                return Optional.empty();
            }
            var parent = proc.resolve(stat.get().parent() + "/cmdline");
            var words = List.of(Files.readString(parent, StandardCharsets.UTF_8).split("\0"));
            var id = after(words, "-c").filter(each -> each.startsWith(container));
            var folder = after(words, "--exit-dir");
            return words.getFirst().endsWith("conmon")
                            && !words.contains(REMOVES_ITSELF)
                            && id.isPresent()
                            && folder.isPresent()
                    ? Optional.of(Path.of(folder.get()).resolve(id.get()))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // podman is asked then
        }
    }

    private static Optional<String> after(List<String> words, String option) {
        int place = words.indexOf(option);
        return place < 0 || place + 1 >= words.size()
                ? Optional.empty()
                : Optional.of(words.get(place + 1));
    }
}

package io.muster.cli;

import io.muster.api.outcome.InWords;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.cli.command.Surroundings.Programs;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs of the same installation: {@code bin} lies beside the {@code lib} of our jar. */
final class Siblings implements Programs {
    private static final int SIGNALLED = 128;

    private final Path folder;

    /**
     * Looks for programs.
     *
     * @param folder in which they lie
     */
    Siblings(Path folder) {
        this.folder = folder;
    }

    /** Looks beside the jar that a class came from. */
    static Siblings of(Class<?> ours) {
        try {
            var jar = Path.of(ours.getProtectionDomain().getCodeSource().getLocation().toURI());
            return new Siblings(jar.resolveSibling("../bin").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path is made of URIs", e);
        }
    }

    @Override
    public int run(String program, List<String> arguments)
            throws ProgramFailure, InterruptedException {
        var file = folder.resolve(program);
        if (!Files.isExecutable(file)) {
            throw new ProgramFailure(
                    ("%s: there is no such program; unpack the whole distribution (bin and lib"
                                    + " side by side), or build it: mvn -DskipTests package")
                            .formatted(file));
        }
        var words = new ArrayList<String>();
        words.add(file.toString());
        words.addAll(arguments);
        try {
            int exit = new ProcessBuilder(words).inheritIO().start().waitFor();
            return exit > SIGNALLED ? Program.FAILED : exit;
        } catch (IOException e) {
            throw new ProgramFailure(
                    "%s: cannot be started: %s; look at its rights".formatted(file, InWords.of(e)),
                    e);
        }
    }
}

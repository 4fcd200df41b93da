package io.muster.cli.command;

import io.muster.api.manifest.ManifestReader;
import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads texts from files and standard input, up to a bound, or tells why not. */
final class TextFiles {
    static final String STANDARD_INPUT = "-";

    /** A text of the most characters that are read takes at most this. */
    private static final int MAX_BYTES = ManifestReader.MAX_CHARACTERS * 4;

    private TextFiles() {}

    /** Returns what to call a file in messages. */
    static String name(String file) {
        return file.equals(STANDARD_INPUT) ? "<stdin>" : file;
    }

    /**
     * Reads one.
     *
     * @param file its path, or {@value #STANDARD_INPUT}
     * @param problems gets what is wrong with it
     * @return empty if something is
     */
    static Optional<String> read(InputStream input, String file, List<Problem> problems) {
        var name = name(file);
        byte[] bytes;
        try {
            bytes = file.equals(STANDARD_INPUT) ? bounded(input) : bytes(Path.of(file));
        } catch (IOException e) {
            problems.add(unreadable(name, e));
            return Optional.empty();
        }
        if (bytes.length > MAX_BYTES) {
            problems.add(
                    new Problem(
                            name,
                            "has more than %d bytes".formatted(MAX_BYTES),
                            "split it into several files"));
            return Optional.empty();
        }
        var buffer = ByteBuffer.wrap(bytes);
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
        } catch (CharacterCodingException e) {
            problems.add(
                    new Problem(
                            place(name, bytes, buffer.position()),
                            "is not UTF-8",
                            "save the file in this encoding"));
            return Optional.empty();
        }
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

    /** Writes a place; columns are counted in characters, as everywhere. */
    private static String place(String name, byte[] bytes, int end) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < end; i++) {
            if (bytes[i] == '\n') {
                line++;
                column = 1;
            } else if ((bytes[i] & 0xC0) != 0x80) { // no further byte of a character
                column++;
            }
        }
        return "%s:%d:%d".formatted(name, line, column);
    }
}

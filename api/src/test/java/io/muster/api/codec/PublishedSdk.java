package io.muster.api.codec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.ExtensionRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;

/**
 * The Python SDK of Ankaios as published on PyPI: downloaded once, never run. The descriptors are
 * read out of the generated files in its wheel.
 */
final class PublishedSdk {
    private static final String VERSION = "1.0.1";
    private static final Path FOLDER = Path.of("target", "ankaios-sdk-" + VERSION);
    private static final long DEADLINE_SECONDS = 180;

    private final Path wheel;

    private PublishedSdk(Path wheel) {
        this.wheel = wheel;
    }

    /** Downloads it unless it is there. */
    static PublishedSdk download() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        if (wheels().isEmpty()) {
            var log = FOLDER.resolve("pip.log").toFile();
            var command =
                    List.of(
                            "python3",
                            "-m",
                            "pip",
                            "download",
                            "--no-deps",
                            "--only-binary=:all:",
                            "--disable-pip-version-check",
                            "--dest",
                            FOLDER.toString(),
                            "ankaios-sdk==" + VERSION);
            var pip =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log)
                            .start();
            if (!pip.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                pip.destroyForcibly();
            }
            if (wheels().isEmpty()) {
                throw new AssertionError(
                        "no SDK; this test needs python3 with pip and a package"
                                + " index: "
                                + String.join(" ", command)
                                + "\n"
                                + Files.readString(log.toPath()));
            }
        }
        return new PublishedSdk(wheels().getFirst());
    }

    private static List<Path> wheels() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".whl")).toList();
        }
    }

    /** Reads the descriptor of a file such as {@code ank_base}. */
    FileDescriptorProto descriptor(String name) {
        try (var zip = new ZipFile(wheel.toFile())) {
            var entry = zip.getEntry("ankaios_sdk/_protos/" + name + "_pb2.py");
            var source =
                    new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
            var start = "AddSerializedFile(b'";
            int from = source.indexOf(start);
            if (from < 0) {
                throw new AssertionError("no descriptor in " + entry);
            }
            return FileDescriptorProto.parseFrom(
                    bytes(source, from + start.length()), ExtensionRegistry.getEmptyRegistry());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a Python bytes literal in single quotes. */
    private static byte[] bytes(String source, int from) {
        var bytes = new ByteArrayOutputStream();
        int i = from;
        while (source.charAt(i) != '\'') {
            char c = source.charAt(i++);
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            char escape = source.charAt(i++);
            switch (escape) {
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 't' -> bytes.write('\t');
                case '\\', '\'', '"' -> bytes.write(escape);
                case 'x' -> {
                    bytes.write(Integer.parseInt(source.substring(i, i + 2), 16));
                    i += 2;
                }
                default -> {
                    int end = i;
                    while (end < i + 2 && Character.digit(source.charAt(end), 8) >= 0) {
                        end++;
                    }
                    bytes.write(Integer.parseInt(source.substring(i - 1, end), 8));
                    i = end;
                }
            }
        }
        return bytes.toByteArray();
    }
}

package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.runtime.Folders;
import io.muster.agent.runtime.WorkloadFiles;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files of one instance: what it is ({@code instance}), how it is started ({@code run}), what
 * the supervisor records, and its output.
 */
record InstanceFolder(Path path) {
    private static final String INSTANCE = "instance";
    private static final String RUN = "run";
    private static final String SUPERVISOR = "supervisor";
    private static final String MAIN = "main";
    private static final String EXIT = "exit";

    /**
     * What an instance is, kept from before its start.
     *
     * @param stopSignal the number of the signal that asks it to end
     */
    record Identity(InstanceName instance, Mark mark, int stopSignal, Duration stopTimeout) {}

    /** A process as the supervisor recorded it. */
    record Recorded(String bootId, ProcessRef process) {}

    String name() {
        return Objects.requireNonNull(path.getFileName(), "a folder below another").toString();
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    Path output() {
        return path.resolve("output");
    }

    /** Returns where the files that the workload was given are. */
    Path files() {
        return path.resolve("files");
    }

    Path olderOutput() {
        return path.resolve("output.1");
    }

    /** Writes the files that the workload is given; if that fails, the whole folder goes. */
    void writeFiles(WorkloadFiles given) throws RuntimeFailure, IOException {
        try {
            if (!given.isEmpty()) {
                given.write(files());
            }
        } catch (RuntimeFailure e) {
            delete();
            throw e;
        }
    }

    /** Writes what is kept from before the start. Nobody else knows the folder yet. */
    void write(Identity identity, String runScript) throws IOException {
        Files.writeString(path.resolve(RUN), runScript);
        Files.createFile(output());
        var mark = identity.mark();
        Files.write(
                path.resolve(INSTANCE),
                List.of(
                        "instance " + identity.instance(),
                        "digest " + mark.digest(),
                        "lineage " + mark.lineage(),
                        "changed-at " + mark.changedAt(),
                        "stop-signal " + identity.stopSignal(),
                        "stop-timeout-millis " + identity.stopTimeout().toMillis()));
    }

    /** Reads what it is; empty if that was torn by a power cut, or is none of ours. */
    Optional<Identity> identity() throws IOException {
        var values = new HashMap<String, String>();
        for (var line : text(INSTANCE).orElse("").lines().toList()) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                values.put(line.substring(0, blank), line.substring(blank + 1));
            }
        }
        try {
            var instance = InstanceName.parse(value(values, "instance"));
            if (instance.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    new Identity(
                            instance.get(),
                            new Mark(
                                    value(values, "digest"),
                                    new Lineage(value(values, "lineage")),
                                    new Revision(Long.parseLong(value(values, "changed-at")))),
                            Integer.parseInt(value(values, "stop-signal")),
                            Duration.ofMillis(
                                    Long.parseLong(value(values, "stop-timeout-millis")))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String value(HashMap<String, String> values, String key) {
        return values.getOrDefault(key, "");
    }

    Optional<Recorded> supervisor() throws IOException {
        return recorded(SUPERVISOR);
    }

    Optional<Recorded> main() throws IOException {
        return recorded(MAIN);
    }

    OptionalInt exitCode() throws IOException {
        var line = line(EXIT);
        return line.isPresent() && line.get().matches("[0-9]{1,3}")
                ? OptionalInt.of(Integer.parseInt(line.get()))
                : OptionalInt.empty();
    }

    /** Forgets what was recorded of an earlier run. */
    void forgetRun() throws IOException {
        for (var file : List.of(SUPERVISOR, MAIN, EXIT)) {
            Files.deleteIfExists(path.resolve(file));
        }
    }

    private Optional<Recorded> recorded(String file) throws IOException {
        var words = line(file).orElse("").split(" ", -1);
        if (words.length != 3
                || !words[1].matches("[0-9]{1,10}")
                || !words[2].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(
                new Recorded(
                        words[0],
                        new ProcessRef(Long.parseLong(words[1]), Long.parseLong(words[2]))));
    }

    /** Reads a file of one line, which counts only with its end. */
    private Optional<String> line(String file) throws IOException {
        return text(file)
                .filter(text -> text.endsWith("\n"))
                .map(text -> text.substring(0, text.length() - 1));
    }

    private Optional<String> text(String file) throws IOException {
        try {
            return Optional.of(Files.readString(path.resolve(file), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Deletes the folder and all in it; what others delete meanwhile is no matter. */
    void delete() throws IOException {
        Folders.delete(path);
    }
}

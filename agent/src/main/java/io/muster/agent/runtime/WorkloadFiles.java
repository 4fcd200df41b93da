package io.muster.agent.runtime;

import io.muster.api.outcome.InWords;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.state.WorkloadFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The files of one workload, found to be as they must be: each mount point an absolute path to a
 * file, no two in each other's way, and bytes in base64.
 *
 * <p>On the node they are below one folder, at their mount points. Only the agent's user can get
 * into that folder; the files themselves may be read by everyone, because a bind mount shows
 * nothing but the file, and users within a container are others.
 */
public final class WorkloadFiles {
    private static final String PROBLEM = "Failed to create workload file: '%s'";

    /** How long a part of a path may be on the usual file systems, in bytes. */
    private static final int LONGEST_NAME = 255;

    private final SortedMap<String, WorkloadFile> places;

    private WorkloadFiles(SortedMap<String, WorkloadFile> places) {
        this.places = places;
    }

    /**
     * Checks files.
     *
     * @throws RuntimeFailure for good, naming all that is wrong
     */
    public static WorkloadFiles of(List<WorkloadFile> files) throws RuntimeFailure {
        var faults = new ArrayList<String>();
        var places = new TreeMap<String, WorkloadFile>();
        for (int i = 0; i < files.size(); i++) {
            var file = files.get(i);
            var fault = fault(file.mountPoint());
            if (!fault.isEmpty()) {
                faults.add(
                        "files[%d].mountPoint: \"%s\" %s".formatted(i, file.mountPoint(), fault));
            } else if (places.put(place(file.mountPoint()), file) != null) {
                faults.add(
                        "files[%d].mountPoint: \"%s\" is there twice; keep one"
                                .formatted(i, file.mountPoint()));
            }
            try {
                var _ = content(file);
            } catch (IllegalArgumentException e) {
                faults.add(
                        "files[%d].binaryData: %s; write it in base64, as the program base64 prints it"
                                .formatted(i, e.getMessage()));
            }
        }
        for (var place : places.keySet()) {
            if (places.keySet().stream().anyMatch(other -> other.startsWith(place + "/"))) {
                faults.add(
                        "files: \"/%s\" cannot be a file and a folder for another; rename one"
                                .formatted(place));
            }
        }
        if (!faults.isEmpty()) {
            throw new RuntimeFailure(PROBLEM.formatted(String.join("; ", faults)), false);
        }
        return new WorkloadFiles(places);
    }

    private static String fault(String mountPoint) {
        var parts = parts(mountPoint);
        if (!mountPoint.startsWith("/")) {
            return "is not absolute; begin it with /";
        }
        if (mountPoint.endsWith("/")) {
            return "names a folder; name the file in it";
        }
        if (parts.contains("..")) {
            return "goes up with \"..\"; write the path without";
        }
        if (mountPoint.chars().anyMatch(c -> c == ',' || c == '"' || Character.isISOControl(c))) {
            return "has a comma, a quote or a control character, with which it cannot be mounted;"
                    + " rename it";
        }
        if (parts.stream()
                .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME)) {
            return "has a part of more than %d bytes; shorten it".formatted(LONGEST_NAME);
        }
        return "";
    }

    /** Returns the parts of a path; empty ones and {@code .} mean nothing. */
    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
    }

    private static String place(String mountPoint) {
        return String.join("/", parts(mountPoint));
    }

    private static byte[] content(WorkloadFile file) {
        return switch (file) {
            case WorkloadFile.TextFile(_, var data) -> data.getBytes(StandardCharsets.UTF_8);
            case WorkloadFile.BinaryFile(_, var data) -> {
                var text = data.lines().map(String::strip).collect(Collectors.joining());
                if (text.length() % 4 != 0) { // Java's decoder would not mind
                    throw new IllegalArgumentException(
                            "its %d characters are no multiple of 4, so that it is cut or not padded with ="
                                    .formatted(text.length()));
                }
                yield Base64.getDecoder().decode(text);
            }
        };
    }

    /** Says whether there are none. */
    public boolean isEmpty() {
        return places.isEmpty();
    }

    /** Returns where each is below a folder, and where it is to be mounted. */
    public SortedMap<Path, String> in(Path folder) {
        var found = new TreeMap<Path, String>();
        for (var place : places.keySet()) {
            found.put(folder.resolve(place), "/" + place);
        }
        return found;
    }

    /**
     * Writes all into a folder, in the place of whatever was there.
     *
     * @throws RuntimeFailure retryable; then the folder is gone
     */
    public void write(Path folder) throws RuntimeFailure {
        try {
            Folders.delete(folder);
            for (var each : places.entrySet()) {
                write(folder.resolve(each.getKey()), content(each.getValue()));
            }
        } catch (IOException e) {
            try {
                Folders.delete(folder);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw unwritable(folder, e);
        }
    }

    /** Writes those that are not there as they should be, such as after a reboot. */
    public void restore(Path folder) throws RuntimeFailure {
        for (var each : places.entrySet()) {
            var file = folder.resolve(each.getKey());
            var content = content(each.getValue());
            try {
                if (!is(file, content)) {
                    Folders.delete(file);
                    write(file, content);
                }
            } catch (IOException e) {
                throw unwritable(folder, e);
            }
        }
    }

    private static boolean is(Path file, byte[] content) throws IOException {
        try {
            return Files.size(file) == content.length
                    && Arrays.equals(Files.readAllBytes(file), content);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(
                file.resolveSibling(""),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }

    private static RuntimeFailure unwritable(Path folder, IOException e) {
        return new RuntimeFailure(
                PROBLEM.formatted(
                        "%s: %s; make room there, and make it writable for the agent"
                                .formatted(folder, InWords.of(e))),
                true,
                e);
    }
}

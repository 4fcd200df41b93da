package io.muster.agent.usage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what the control groups of processes have used, of both versions: on a hybrid machine each
 * controller from where it is.
 *
 * <p>A process in the control group of the agent itself has none of its own. Source of the files:
 * cgroups(7), and the kernel's admin-guide for cgroup-v1 and cgroup-v2.
 */
final class Cgroups {
    /**
     * A group that is named after a container's id, the last one if that of its pod is above it,
     * and perhaps others below it.
     */
    private static final Pattern CONTAINER =
            Pattern.compile("(.*/[^/]*[0-9a-f]{64}(?:\\.scope)?)(?:/.*)?");

    private static final String UNIFIED = "";
    private static final String CPU_ACCOUNTING = "cpuacct";
    private static final String MEMORY = "memory";
    private static final long NANOS_PER_MICRO = 1000;

    private final Path proc;
    private final Map<String, Mount> mounts;

    /**
     * The place where one controller's groups are seen: the group {@code root} is at {@code at}.
     */
    private record Mount(String root, Path at) {
        Optional<Path> folder(String group) {
            if (root.equals("/")) {
                return Optional.of(below(group));
            }
            return group.equals(root) || group.startsWith(root + "/")
                    ? Optional.of(below(group.substring(root.length())))
                    : Optional.empty(); // not seen from here
        }

        private Path below(String group) {
            return at.resolve(group.startsWith("/") ? group.substring(1) : group);
        }
    }

    private Cgroups(Path proc, Map<String, Mount> mounts) {
        this.proc = proc;
        this.mounts = Map.copyOf(mounts);
    }

    /**
     * Finds out where the groups are.
     *
     * @param proc {@code /proc}
     */
    static Cgroups find(Path proc) throws IOException {
        var mounts = new LinkedHashMap<String, Mount>();
        for (var line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
            // 32 31 0:29 /root /mount/point options [optional]... - type source superoptions
            var words = List.of(line.split(" ", -1));
            int dash = words.indexOf("-");
            if (dash < 6 || words.size() < dash + 4) {
                continue;
            }
            var mount = new Mount(unescaped(words.get(3)), Path.of(unescaped(words.get(4))));
            switch (words.get(dash + 1)) {
                case "cgroup2" -> mounts.putIfAbsent(UNIFIED, mount);
                case "cgroup" ->
                        Arrays.stream(words.get(dash + 3).split(",", -1))
                                .forEach(option -> mounts.putIfAbsent(option, mount));
                default -> {}
            }
        }
        return new Cgroups(proc, mounts);
    }

    /** Blanks in paths are written as octal numbers: proc_pid_mountinfo(5). */
    private static String unescaped(String path) {
        return path.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /** The groups that a process is in, by controller. */
    record Groups(Map<String, String> names) {
        Groups {
            names = Map.copyOf(names);
        }
    }

    /** Returns the groups of this very process, as they are now. */
    Groups own() throws IOException {
        return new Groups(groups("self"));
    }

    /**
     * Reads what the group of a process has used.
     *
     * @param own the groups of this very process
     * @return empty if the process has ended, has no group of its own, or its group is not seen
     */
    Optional<Reading> read(long pid, Groups own) throws IOException {
        var groups = groups(Long.toString(pid));
        var cpu = cpuNanos(groups, own.names());
        var memory = memoryBytes(groups, own.names());
        return cpu.isPresent() && memory.isPresent()
                ? Optional.of(new Reading(cpu.get(), memory.get()))
                : Optional.empty();
    }

    private Optional<Long> cpuNanos(Map<String, String> groups, Map<String, String> own)
            throws IOException {
        var folder = folder(CPU_ACCOUNTING, groups, own);
        if (folder.isPresent()) {
            return number(folder.get().resolve("cpuacct.usage"));
        }
        var unified = folder(UNIFIED, groups, own);
        return unified.isEmpty()
                ? Optional.empty()
                : field(unified.get().resolve("cpu.stat"), "usage_usec")
                        .map(micros -> micros * NANOS_PER_MICRO);
    }

    /** What files take in memory and nobody uses now is not counted, as container tools do. */
    private Optional<Long> memoryBytes(Map<String, String> groups, Map<String, String> own)
            throws IOException {
        var folder = folder(MEMORY, groups, own);
        if (folder.isPresent()) {
            return memoryBytes(folder.get(), "memory.usage_in_bytes", "total_inactive_file");
        }
        var unified = folder(UNIFIED, groups, own);
        return unified.isEmpty()
                ? Optional.empty()
                : memoryBytes(unified.get(), "memory.current", "inactive_file");
    }

    private static Optional<Long> memoryBytes(Path folder, String usage, String idle)
            throws IOException {
        var used = number(folder.resolve(usage));
        if (used.isEmpty()) {
            return Optional.empty();
        }
        var reclaimable = field(folder.resolve("memory.stat"), idle).orElse(0L);
        return Optional.of(Math.max(0, used.get() - reclaimable));
    }

    private Optional<Path> folder(
            String controller, Map<String, String> groups, Map<String, String> own) {
        var mount = mounts.get(controller);
        var group = groups.get(controller);
        return mount == null || group == null || group.equals(own.get(controller))
                ? Optional.empty()
                : mount.folder(group);
    }

    /** Lines of {@code number:controller,...:/group}; of version 2 {@code 0::/group}. */
    private Map<String, String> groups(String process) throws IOException {
        var groups = new LinkedHashMap<String, String>();
        for (var line : lines(proc.resolve(process).resolve("cgroup"))) {
            var parts = line.split(":", 3);
            if (parts.length == 3) {
                for (var controller : parts[1].split(",", -1)) {
                    groups.put(controller, ofContainer(parts[2]));
                }
            }
        }
        return groups;
    }

    /**
     * Returns the group of the whole container of a process that has put itself into a group below,
     * as systemd does; the group itself if it is in none.
     */
    private static String ofContainer(String group) {
        var matcher = CONTAINER.matcher(group);
        return matcher.matches() ? matcher.group(1) : group;
    }

    private static Optional<Long> number(Path file) throws IOException {
        var lines = lines(file);
        return lines.isEmpty() ? Optional.empty() : Optional.of(number(file, lines.getFirst()));
    }

    private static Optional<Long> field(Path file, String name) throws IOException {
        for (var line : lines(file)) {
            if (line.startsWith(name + " ")) {
                return Optional.of(number(file, line.substring(name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    private static long number(Path file, String text) throws IOException {
        try {
            return Long.parseUnsignedLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IOException(file + ": \"" + text + "\" is no number", e);
        }
    }

    /** Returns none of a file that is not there (any more), or whose process has ended. */
    private static List<String> lines(Path file) throws IOException {
        try {
            return new ArrayList<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            if (Files.notExists(file)) { // ESRCH, ENODEV: it went while it was read
                return List.of();
            }
            throw e;
        }
    }
}

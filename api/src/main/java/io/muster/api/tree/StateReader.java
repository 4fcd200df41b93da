package io.muster.api.tree;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a whole state and tells all that is wrong with it. */
final class StateReader {
    static final String OLD_VERSION = "v0.1";
    static final List<String> VERSIONS = List.of(State.API_VERSION, OLD_VERSION);
    static final List<String> KEYS = List.of("apiVersion", "workloads", "configs");

    private final Form form;

    StateReader(Form form) {
        this.form = form;
    }

    /** Where a tree comes from, which decides how its version binds its shape. */
    enum Form {
        /** A message: its shape does not depend on the version. */
        MESSAGE,
        /** A text that somebody wrote: each version has its own shape of tags. */
        MANIFEST
    }

    /**
     * What could be read.
     *
     * @param state with empty texts in place of those that could not be read
     */
    record Draft(State state, Unread unread) {}

    /** Reads all that can be read. */
    Draft state(Cursor cursor) {
        if (cursor.isNothing()) {
            cursor.problem("holds nothing", "write apiVersion: v1 and workloads");
            return new Draft(State.EMPTY, Unread.NOTHING);
        }
        cursor.entries();
        cursor.knowsOnly(KEYS);
        boolean old = isOld(cursor);
        boolean strict = form == Form.MANIFEST;
        var reader = new WorkloadReader(!(strict && old), !strict || old);
        var workloads = new TreeMap<WorkloadName, Workload>();
        var drawing = new HashSet<WorkloadName>();
        children(cursor, "workloads")
                .forEach((key, value) -> {
                    boolean named = value.keyIsName("workload name", key);
                    var draft = reader.workload(value);
                    if (named) {
                        var name = new WorkloadName(key);
                        workloads.put(name, draft.workload());
                        if (!draft.knowsConfigs()) {
                            drawing.add(name);
                        }
                    }
                });
        int before = cursor.problems();
        var written = children(cursor, "configs");
        boolean anyConfig = cursor.problems() > before || !isWhole(cursor, "configs");
        var configs = new TreeMap<String, ConfigItem>();
        var unread = new HashSet<String>();
        written.forEach((name, value) -> {
            value.keyIsName("config name", name);
            int found = cursor.problems();
            ConfigReader.item(value).ifPresent(item -> configs.put(name, item));
            if (cursor.problems() > found) {
                unread.add(name);
            }
        });
        configs.keySet().removeAll(unread);
        return new Draft(State.of(workloads, configs), new Unread(unread, anyConfig, drawing));
    }

    private static boolean isWhole(Cursor cursor, String key) {
        return cursor.get(key).map(Cursor::isWhole).orElse(cursor.isWhole());
    }

    private static Map<String, Cursor> children(Cursor cursor, String key) {
        return cursor.get(key).map(Cursor::entries).orElse(Map.of());
    }

    private static boolean isOld(Cursor cursor) {
        var version = cursor.required("apiVersion", "write apiVersion: " + State.API_VERSION);
        if (version.isEmpty() || version.get().equals(State.API_VERSION)) {
            return false;
        }
        boolean old = version.get().equals(OLD_VERSION);
        cursor.get("apiVersion")
                .ifPresent(value -> {
                    if (old) {
                        value.warning(
                                "apiVersion %s is deprecated".formatted(OLD_VERSION),
                                "write apiVersion: %s, and tags as keys and values"
                                        .formatted(State.API_VERSION));
                    } else {
                        value.problem(
                                "%s is no apiVersion".formatted(Cursor.quoted(version.get())),
                                "write " + State.API_VERSION);
                    }
                });
        return old;
    }
}

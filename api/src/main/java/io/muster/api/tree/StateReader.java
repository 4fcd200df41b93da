package io.muster.api.tree;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Reads; empty if there were problems. */
    Optional<State> state(Cursor cursor) {
        cursor.entries();
        cursor.knowsOnly(KEYS);
        boolean old = isOld(cursor);
        boolean strict = form == Form.MANIFEST;
        var reader = new WorkloadReader(!(strict && old), !strict || old);
        var workloads = new TreeMap<WorkloadName, Workload>();
        children(cursor, "workloads")
                .forEach((name, value) -> {
                    boolean named = value.keyIsName("workload name", name);
                    var workload = reader.workload(value);
                    if (named) {
                        workload.ifPresent(w -> workloads.put(new WorkloadName(name), w));
                    }
                });
        var configs = new TreeMap<String, ConfigItem>();
        children(cursor, "configs")
                .forEach((name, value) -> {
                    value.keyIsName("config name", name);
                    ConfigReader.item(value).ifPresent(item -> configs.put(name, item));
                });
        return Optional.of(State.of(workloads, configs));
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

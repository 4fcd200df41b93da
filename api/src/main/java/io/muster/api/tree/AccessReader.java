package io.muster.api.tree;

import io.muster.api.state.AccessRule;
import io.muster.api.state.ControlInterfaceAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads and checks the rules of the control interface. */
final class AccessReader {
    static final List<String> KEYS = List.of("allowRules", "denyRules");
    static final List<String> STATE_KEYS =
            List.of("type", "operation", "filterMasks", "filterMask");
    static final List<String> LOG_KEYS = List.of("type", "workloadNames");
    static final Pattern MASK =
            Pattern.compile("(?:\\*|[a-zA-Z0-9_-]+)(?:\\.(?:\\*|[a-zA-Z0-9_-]+))*");
    static final Pattern WORKLOADS =
            Pattern.compile("(?=.{1,64}$)[a-zA-Z0-9_-]*\\*[a-zA-Z0-9_-]*|[a-zA-Z0-9_-]{1,63}");
    private static final int MAX_NAME = 63;
    static final Map<String, AccessRule.Operation> OPERATIONS = operations();
    private static final List<String> RULE_TYPES = List.of("StateRule", "LogRule");

    private AccessReader() {}

    private static Map<String, AccessRule.Operation> operations() {
        var operations = new LinkedHashMap<String, AccessRule.Operation>();
        for (var operation : AccessRule.Operation.values()) {
            operations.put(operation.spelling(), operation);
        }
        return operations;
    }

    static ControlInterfaceAccess access(Cursor cursor) {
        cursor.entries();
        cursor.knowsOnly(KEYS);
        return new ControlInterfaceAccess(
                cursor.get("allowRules").map(AccessReader::rules).orElse(List.of()),
                cursor.get("denyRules").map(AccessReader::rules).orElse(List.of()));
    }

    private static List<AccessRule> rules(Cursor cursor) {
        var rules = new ArrayList<AccessRule>();
        cursor.items().forEach(item -> rule(item).ifPresent(rules::add));
        return rules;
    }

    private static Optional<AccessRule> rule(Cursor cursor) {
        var types = "write type: StateRule or type: LogRule";
        if (!cursor.isMap(types)) {
            return Optional.empty();
        }
        var type = cursor.required("type", types);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        return switch (type.get()) {
            case "StateRule" -> stateRule(cursor);
            case "LogRule" -> logRule(cursor);
            default -> {
                cursor.get("type")
                        .ifPresent(value ->
                                value.problem(
                                        Cursor.quoted(type.get()) + " is no type of a rule",
                                        "use one of " + String.join(", ", RULE_TYPES)));
                yield Optional.empty();
            }
        };
    }

    private static Optional<AccessRule> stateRule(Cursor cursor) {
        cursor.knowsOnly(STATE_KEYS);
        var operation =
                cursor.get("operation").flatMap(value -> value.word("operation", OPERATIONS));
        if (cursor.get("operation").isEmpty() && cursor.isWhole()) {
            cursor.problem(
                    "operation is missing",
                    "write one of " + String.join(", ", OPERATIONS.keySet()));
        }
        var masks = filterMasks(cursor).map(list -> texts(list, AccessReader::checkMask));
        return operation.flatMap(o -> masks.map(m -> new AccessRule.StateRule(o, m)));
    }

    private static Optional<Cursor> filterMasks(Cursor cursor) {
        var masks = cursor.get("filterMasks");
        var old = cursor.get("filterMask");
        if (masks.isPresent() && old.isPresent()) {
            old.get()
                    .problem(
                            "filterMask stands beside filterMasks",
                            "move its masks to filterMasks");
        } else if (old.isPresent()) {
            old.get().warning("filterMask is the name of v0.1", "write filterMasks");
        } else if (masks.isEmpty() && cursor.isWhole()) {
            cursor.problem("filterMasks is missing", "list the masks that the rule is about");
        }
        return masks.or(() -> old);
    }

    private static Optional<AccessRule> logRule(Cursor cursor) {
        cursor.knowsOnly(LOG_KEYS);
        var names = cursor.get("workloadNames");
        if (names.isEmpty() && cursor.isWhole()) {
            cursor.problem(
                    "workloadNames is missing",
                    "list the names of workloads, or \"*\" for all of them");
        }
        return names.map(list -> new AccessRule.LogRule(texts(list, AccessReader::checkWorkloads)));
    }

    private interface Check {
        void check(Cursor cursor, String text);
    }

    private static List<String> texts(Cursor list, Check check) {
        var texts = new ArrayList<String>();
        for (var item : list.items()) {
            item.text()
                    .ifPresent(text -> {
                        check.check(item, text);
                        texts.add(text);
                    });
        }
        return texts;
    }

    private static void checkMask(Cursor cursor, String mask) {
        if (!MASK.matcher(mask).matches()) {
            cursor.problem(
                    Cursor.quoted(mask) + " is no filter mask",
                    "join keys of [a-zA-Z0-9_-], or *, by dots, such as"
                            + " desiredState.workloads.*.agent");
        }
    }

    private static void checkWorkloads(Cursor cursor, String name) {
        if (name.indexOf('*') != name.lastIndexOf('*')) {
            cursor.problem(
                    Cursor.quoted(name) + " has more than one *", "write at most one * in a name");
        } else if (!WORKLOADS.matcher(name).matches()) {
            cursor.problem(
                    Cursor.quoted(name) + " is no name of workloads",
                    "use at most %d characters of [a-zA-Z0-9_-], and one * if need be"
                            .formatted(MAX_NAME));
        }
    }
}

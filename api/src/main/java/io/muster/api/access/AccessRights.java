package io.muster.api.access;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AccessRule.LogRule;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Judges by the rules of a workload what it may ask for. What no rule allows is denied.
 *
 * <p>A request is allowed if each of its masks is covered by an allow rule and touched by no deny
 * rule; no masks at all are the one mask of the whole state. Reading and subscribing are judged by
 * rules to read, updates by rules to write; to ask what an update would do, both, since the answer
 * tells what was there. Rules for the state grant no logs, and the other way round. Ending or
 * renewing what was allowed before needs no rule.
 */
public final class AccessRights {
    private static final FieldMask DESIRED_STATE = FieldMask.of("desiredState");
    private static final FieldMask EFFECTIVE_STATE = FieldMask.of("effectiveState");

    /** How many masks, or workloads, a request may name: each is held against all rules. */
    private static final int MAX_NAMED = 1_000;

    /** How many problems are told: a request must not make a far bigger answer. */
    private static final int MAX_PROBLEMS = 8;

    private static final String ALLOW_RULES =
            "controlInterfaceAccess.allowRules of the workload that asks";

    private final ControlInterfaceAccess rules;

    /** Judges by these rules. */
    public AccessRights(ControlInterfaceAccess rules) {
        this.rules = rules;
    }

    /**
     * Says what speaks against a request.
     *
     * @return a problem for each mask that is denied, of many only the first ones; empty if the
     *     request is allowed
     */
    public List<Problem> problems(Request.Body asked) {
        return switch (asked) {
            case Request.UpdateState update -> {
                var problems = state(Access.WRITE, update.masks());
                if (update.dryRun() && problems.isEmpty()) {
                    problems = state(Access.READ, List.of(DESIRED_STATE, EFFECTIVE_STATE));
                }
                yield problems;
            }
            case Request.GetState get -> state(Access.READ, get.masks());
            case Request.GetHistory _, Request.GetHistoryState _ ->
                    state(Access.READ, List.of(DESIRED_STATE));
            case Request.GetLogs(var instances, _) ->
                    problemsOfLogs(
                            instances.stream().map(InstanceName::workload).distinct().toList());
            case Request.PullImages _ ->
                    List.of(
                            new Problem(
                                    "images",
                                    "access denied: no rule lets a workload have images pulled",
                                    "use \"muster image preload\""));
            case Request.CancelEvents _, Request.RenewEvents _, Request.CancelLogs _ -> List.of();
            case Request.Malformed _ -> List.of(); // refused for what it is
        };
    }

    /**
     * Says what speaks against reading logs.
     *
     * @return a problem for each workload whose logs are denied, of many only the first ones; empty
     *     if the request is allowed
     */
    public List<Problem> problemsOfLogs(Collection<WorkloadName> workloads) {
        if (workloads.size() > MAX_NAMED) {
            return tooMany(workloads.size(), "workloads");
        }
        var problems = new ArrayList<Problem>();
        for (var workload : workloads) {
            if (problems.size() == MAX_PROBLEMS) {
                problems.add(notLookedAt("its other workloads"));
                break;
            }
            var denying = logPattern(rules.denyRules(), workload);
            if (denying.isPresent()) {
                problems.add(
                        new Problem(
                                "logs of \"" + workload + "\"",
                                "access denied by the deny rule \"" + denying.get() + "\"",
                                "remove it from controlInterfaceAccess.denyRules, or ask for"
                                        + " less"));
            } else if (logPattern(rules.allowRules(), workload).isEmpty()) {
                problems.add(
                        new Problem(
                                "logs of \"" + workload + "\"",
                                "access denied: no allow rule names them",
                                "add a LogRule with workloadNames: [\"%s\"] to %s"
                                        .formatted(workload, ALLOW_RULES)));
            }
        }
        return problems;
    }

    private static List<Problem> tooMany(int count, String what) {
        return List.of(
                new Problem(
                        "the request",
                        "it has %d %s, and at most %d are taken from workloads"
                                .formatted(count, what, MAX_NAMED),
                        "ask for less at once, or for what the %s have in common".formatted(what)));
    }

    private static Problem notLookedAt(String what) {
        return new Problem(what, "not looked at any more", "begin with those above");
    }

    private List<Problem> state(Access access, List<FieldMask> masks) {
        if (masks.size() > MAX_NAMED) {
            return tooMany(masks.size(), "masks");
        }
        var problems = new ArrayList<Problem>();
        for (var mask : masks.isEmpty() ? List.of(new FieldMask(List.of())) : masks) {
            if (problems.size() == MAX_PROBLEMS) {
                problems.add(notLookedAt("its other masks"));
                break;
            }
            var denying = statePattern(rules.denyRules(), access, rule -> touches(rule, mask));
            if (denying.isPresent()) {
                problems.add(
                        new Problem(
                                named(access, mask),
                                "access denied by the deny rule \"" + denying.get() + "\"",
                                "remove it from controlInterfaceAccess.denyRules, or ask for"
                                        + " less"));
            } else if (statePattern(rules.allowRules(), access, rule -> covers(rule, mask))
                    .isEmpty()) {
                problems.add(
                        new Problem(
                                named(access, mask),
                                "access denied: no allow rule covers it",
                                "add a StateRule with operation: %s and filterMasks: [\"%s\"] to %s"
                                        .formatted(
                                                access.operation.spelling(),
                                                asRule(mask),
                                                ALLOW_RULES)));
            }
        }
        return problems;
    }

    private static Optional<String> statePattern(
            List<AccessRule> rules, Access access, Predicate<List<String>> matches) {
        return rules.stream()
                .flatMap(rule ->
                        rule instanceof StateRule(var operation, var masks)
                                        && access.isMeantBy(operation)
                                ? masks.stream()
                                : Stream.<String>empty())
                .filter(pattern -> !pattern.isEmpty() && matches.test(segments(pattern)))
                .findFirst();
    }

    private static Optional<String> logPattern(List<AccessRule> rules, WorkloadName workload) {
        return rules.stream()
                .flatMap(rule ->
                        rule instanceof LogRule(var names)
                                ? names.stream()
                                : Stream.<String>empty())
                .filter(pattern -> names(pattern, workload.value()))
                .findFirst();
    }

    /** Says whether all that a request means lies within a rule. */
    private static boolean covers(List<String> rule, FieldMask mask) {
        var asked = widened(mask);
        if (rule.size() > asked.size()) {
            return false;
        }
        for (int i = 0; i < rule.size(); i++) {
            // a * of the request is all keys, which only a * of the rule covers
            if (!rule.get(i).equals(FieldMask.ANY) && !rule.get(i).equals(asked.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Says whether anything that a request means lies within a rule, or around it. */
    private static boolean touches(List<String> rule, FieldMask mask) {
        var asked = mask.segments();
        for (int i = 0; i < Math.min(rule.size(), asked.size()); i++) {
            if (!rule.get(i).equals(FieldMask.ANY)
                    && !asked.get(i).equals(FieldMask.ANY)
                    && !rule.get(i).equals(asked.get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The whole state is all of its fields: so the rule {@code *}, and no longer one, covers it.
     */
    private static List<String> widened(FieldMask mask) {
        return mask.segments().isEmpty() ? List.of(FieldMask.ANY) : mask.segments();
    }

    private static boolean names(String pattern, String workload) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(workload);
        }
        return workload.length() >= pattern.length() - 1
                && workload.startsWith(pattern.substring(0, star))
                && workload.endsWith(pattern.substring(star + 1));
    }

    private static List<String> segments(String pattern) {
        return List.of(pattern.split("\\.", -1));
    }

    private static String asRule(FieldMask mask) {
        return String.join(".", widened(mask));
    }

    private static String named(Access access, FieldMask mask) {
        return access.word + (mask.segments().isEmpty() ? " the whole state" : " \"" + mask + "\"");
    }

    private enum Access {
        READ(Operation.READ, "reading"),
        WRITE(Operation.WRITE, "writing");

        private final Operation operation;
        private final String word;

        Access(Operation operation, String word) {
            this.operation = operation;
            this.word = word;
        }

        boolean isMeantBy(Operation rule) {
            return rule == operation || rule == Operation.READ_WRITE;
        }
    }
}

package io.muster.api.state;

import java.util.List;

/** What a workload may do over its control interface; without rules it has none. */
public record ControlInterfaceAccess(List<AccessRule> allowRules, List<AccessRule> denyRules) {
    /** No access. */
    public static final ControlInterfaceAccess NONE =
            new ControlInterfaceAccess(List.of(), List.of());

    /** Copies the lists. */
    public ControlInterfaceAccess {
        allowRules = List.copyOf(allowRules);
        denyRules = List.copyOf(denyRules);
    }

    /**
     * Says whether there is anything that the workload may do; if not, it has no control interface.
     */
    public boolean grantsAny() {
        return !allowRules.isEmpty();
    }

    /** Says whether there are no rules at all. */
    public boolean isEmpty() {
        return allowRules.isEmpty() && denyRules.isEmpty();
    }
}

package io.muster.sdk;

import io.muster.sdk.proto.RequestProto.AlteredFields;
import io.muster.sdk.proto.RequestProto.CompleteStateResponse;
import io.muster.sdk.proto.StateProto.CompleteState;
import java.util.List;

/**
 * News of what was subscribed to.
 *
 * @param whole whether {@code state} is all that was subscribed to, and not just what changed: the
 *     first one, and each one after something may have been missed, for example because the agent
 *     was started anew; names no fields then
 * @param state what the added and updated fields are now, or everything
 * @param added paths of fields, for example {@code desiredState.workloads.web}
 * @param updated paths of fields
 * @param removed paths of fields
 */
public record StateEvent(
        boolean whole,
        CompleteState state,
        List<String> added,
        List<String> updated,
        List<String> removed) {
    /** Copies the lists. */
    public StateEvent {
        added = List.copyOf(added);
        updated = List.copyOf(updated);
        removed = List.copyOf(removed);
    }

    static StateEvent of(CompleteStateResponse response) {
        var fields = response.getAlteredFields();
        return isWhole(fields)
                ? new StateEvent(true, response.getCompleteState(), List.of(), List.of(), List.of())
                : new StateEvent(
                        false,
                        response.getCompleteState(),
                        fields.getAddedFieldsList(),
                        fields.getUpdatedFieldsList(),
                        fields.getRemovedFieldsList());
    }

    /**
     * Without altered fields it is the first answer. An agent that has lost something begins anew
     * with all top-level fields that there are, as updated ones; changes are named by longer paths.
     */
    private static boolean isWhole(AlteredFields fields) {
        return fields.getAddedFieldsCount() == 0
                && fields.getRemovedFieldsCount() == 0
                && fields.getUpdatedFieldsList().stream().noneMatch(path -> path.contains("."));
    }
}

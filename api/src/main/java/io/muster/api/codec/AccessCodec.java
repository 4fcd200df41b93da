package io.muster.api.codec;

import io.muster.api.proto.StateProto;
import io.muster.api.state.AccessRule;
import io.muster.api.state.ControlInterfaceAccess;
import java.util.ArrayList;
import java.util.List;

/** What a workload may do over its control interface. */
final class AccessCodec {
    private AccessCodec() {}

    static StateProto.ControlInterfaceAccess encode(ControlInterfaceAccess access) {
        var message = StateProto.ControlInterfaceAccess.newBuilder();
        access.allowRules().forEach(rule -> message.addAllowRules(encode(rule)));
        access.denyRules().forEach(rule -> message.addDenyRules(encode(rule)));
        return message.build();
    }

    static StateProto.AccessRightsRule encode(AccessRule rule) {
        var message = StateProto.AccessRightsRule.newBuilder();
        switch (rule) {
            case AccessRule.StateRule(var operation, var filterMasks) ->
                    message.setStateRule(
                            StateProto.StateRule.newBuilder()
                                    .setOperation(encode(operation))
                                    .addAllFilterMasks(filterMasks));
            case AccessRule.LogRule(var workloadNames) ->
                    message.setLogRule(
                            StateProto.LogRule.newBuilder().addAllWorkloadNames(workloadNames));
        }
        return message.build();
    }

    static StateProto.ReadWriteEnum encode(AccessRule.Operation operation) {
        return switch (operation) {
            case NOTHING -> StateProto.ReadWriteEnum.RW_NOTHING;
            case READ -> StateProto.ReadWriteEnum.RW_READ;
            case WRITE -> StateProto.ReadWriteEnum.RW_WRITE;
            case READ_WRITE -> StateProto.ReadWriteEnum.RW_READ_WRITE;
        };
    }

    static ControlInterfaceAccess decode(StateProto.ControlInterfaceAccess message)
            throws MalformedMessage {
        return new ControlInterfaceAccess(
                decode(message.getAllowRulesList()), decode(message.getDenyRulesList()));
    }

    private static List<AccessRule> decode(List<StateProto.AccessRightsRule> messages)
            throws MalformedMessage {
        var rules = new ArrayList<AccessRule>();
        for (var message : messages) {
            rules.add(decode(message));
        }
        return rules;
    }

    static AccessRule decode(StateProto.AccessRightsRule message) throws MalformedMessage {
        return switch (message.getAccessRightsRuleEnumCase()) {
            case STATERULE ->
                    new AccessRule.StateRule(
                            operation(message.getStateRule()),
                            message.getStateRule().getFilterMasksList());
            case LOGRULE -> new AccessRule.LogRule(message.getLogRule().getWorkloadNamesList());
            case ACCESSRIGHTSRULEENUM_NOT_SET ->
                    throw new MalformedMessage("an access rule is neither stateRule nor logRule");
        };
    }

    private static AccessRule.Operation operation(StateProto.StateRule rule)
            throws MalformedMessage {
        return switch (rule.getOperation()) {
            case RW_NOTHING -> AccessRule.Operation.NOTHING;
            case RW_READ -> AccessRule.Operation.READ;
            case RW_WRITE -> AccessRule.Operation.WRITE;
            case RW_READ_WRITE -> AccessRule.Operation.READ_WRITE;
            case UNRECOGNIZED ->
                    throw Decoding.unknown("operation of an access rule", rule.getOperationValue());
        };
    }
}

package io.muster.api.codec;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.UpdatePlan;
import io.muster.api.request.UpdatePlan.Action;
import io.muster.api.request.UpdatePlan.AgentState;
import io.muster.api.request.UpdatePlan.PlannedConfig;
import io.muster.api.request.UpdatePlan.PlannedField;
import io.muster.api.request.UpdatePlan.PlannedTags;
import io.muster.api.request.UpdatePlan.PlannedWorkload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an update would do. */
final class PlanCodec {
    private PlanCodec() {}

    static RequestProto.UpdatePlan encode(UpdatePlan plan) {
        var message = RequestProto.UpdatePlan.newBuilder().setRevision(plan.revision().value());
        plan.workloads().forEach(workload -> message.addWorkloads(encode(workload)));
        for (var config : plan.configs()) {
            message.addConfigs(
                    RequestProto.PlannedConfig.newBuilder()
                            .setName(config.name())
                            .setAction(encode(config.action()))
                            .addAllWorkloads(
                                    config.workloads().stream().map(WorkloadName::value).toList())
                            .addAllFields(encode(config.fields())));
        }
        for (var tags : plan.tags()) {
            message.addTags(
                    RequestProto.PlannedTags.newBuilder()
                            .setAgent(tags.agent().value())
                            .addAllFields(encode(tags.fields())));
        }
        return message.addAllIgnoredMasks(plan.ignored())
                .addAllAgents(AgentStepCodec.encode(plan.agents()))
                .addAllImages(ImagesCodec.encode(plan.images()))
                .build();
    }

    static UpdatePlan decode(RequestProto.UpdatePlan message) throws MalformedMessage {
        var workloads = new ArrayList<PlannedWorkload>();
        for (var workload : message.getWorkloadsList()) {
            workloads.add(decode(workload));
        }
        var configs = new ArrayList<PlannedConfig>();
        for (var config : message.getConfigsList()) {
            configs.add(
                    new PlannedConfig(
                            config.getName(),
                            decode(config.getAction(), config.getActionValue()),
                            config.getWorkloadsList().stream().map(WorkloadName::new).toList(),
                            decode(config.getFieldsList())));
        }
        var tags = new ArrayList<PlannedTags>();
        for (var each : message.getTagsList()) {
            tags.add(new PlannedTags(new AgentName(each.getAgent()), decode(each.getFieldsList())));
        }
        return new UpdatePlan(
                new Revision(message.getRevision()),
                workloads,
                configs,
                tags,
                message.getIgnoredMasksList(),
                AgentStepCodec.decode(message.getAgentsList()),
                ImagesCodec.decode(message.getImagesList()));
    }

    private static RequestProto.PlannedWorkload encode(PlannedWorkload workload) {
        var message =
                RequestProto.PlannedWorkload.newBuilder()
                        .setName(workload.name().value())
                        .setAction(encode(workload.action()))
                        .setAgentBefore(workload.agentBefore())
                        .setAgent(workload.agent())
                        .setAgentState(
                                switch (workload.agentState()) {
                                    case NONE -> RequestProto.PlannedAgent.PLANNED_AGENT_NONE;
                                    case CONNECTED ->
                                            RequestProto.PlannedAgent.PLANNED_AGENT_CONNECTED;
                                    case DISCONNECTED ->
                                            RequestProto.PlannedAgent.PLANNED_AGENT_DISCONNECTED;
                                    case UNKNOWN -> RequestProto.PlannedAgent.PLANNED_AGENT_UNKNOWN;
                                })
                        .setObstacle(workload.obstacle())
                        .addAllWaitsFor(names(workload.waitsFor()))
                        .addAllRestartedBy(names(workload.restartedBy()))
                        .setDrained(workload.drained());
        return message.addAllFields(encode(workload.fields())).build();
    }

    private static List<RequestProto.PlannedField> encode(List<PlannedField> fields) {
        var messages = new ArrayList<RequestProto.PlannedField>();
        for (var field : fields) {
            var one =
                    RequestProto.PlannedField.newBuilder()
                            .setPath(field.path())
                            .setRestarts(field.restarts())
                            .setCut(field.cut());
            field.before().ifPresent(one::setBefore);
            field.after().ifPresent(one::setAfter);
            messages.add(one.build());
        }
        return messages;
    }

    private static List<PlannedField> decode(List<RequestProto.PlannedField> messages) {
        var fields = new ArrayList<PlannedField>();
        for (var field : messages) {
            fields.add(
                    new PlannedField(
                            field.getPath(),
                            field.hasBefore() ? Optional.of(field.getBefore()) : Optional.empty(),
                            field.hasAfter() ? Optional.of(field.getAfter()) : Optional.empty(),
                            field.getRestarts(),
                            field.getCut()));
        }
        return fields;
    }

    private static PlannedWorkload decode(RequestProto.PlannedWorkload message)
            throws MalformedMessage {
        return new PlannedWorkload(
                new WorkloadName(message.getName()),
                decode(message.getAction(), message.getActionValue()),
                message.getAgentBefore(),
                message.getAgent(),
                switch (message.getAgentState()) {
                    case PLANNED_AGENT_NONE -> AgentState.NONE;
                    case PLANNED_AGENT_CONNECTED -> AgentState.CONNECTED;
                    case PLANNED_AGENT_DISCONNECTED -> AgentState.DISCONNECTED;
                    case PLANNED_AGENT_UNKNOWN -> AgentState.UNKNOWN;
                    case UNRECOGNIZED ->
                            throw Decoding.unknown(
                                    "state of an agent in a plan", message.getAgentStateValue());
                },
                message.getObstacle(),
                decode(message.getFieldsList()),
                message.getWaitsForList().stream().map(WorkloadName::new).toList(),
                message.getRestartedByList().stream().map(WorkloadName::new).toList(),
                message.getDrained());
    }

    private static List<String> names(List<WorkloadName> names) {
        return names.stream().map(WorkloadName::value).toList();
    }

    private static RequestProto.PlannedAction encode(Action action) {
        return switch (action) {
            case NOTHING -> RequestProto.PlannedAction.PLANNED_ACTION_NOTHING;
            case CREATE -> RequestProto.PlannedAction.PLANNED_ACTION_CREATE;
            case REPLACE -> RequestProto.PlannedAction.PLANNED_ACTION_REPLACE;
            case CHANGE_IN_PLACE -> RequestProto.PlannedAction.PLANNED_ACTION_CHANGE_IN_PLACE;
            case DELETE -> RequestProto.PlannedAction.PLANNED_ACTION_DELETE;
        };
    }

    private static Action decode(RequestProto.PlannedAction action, int number)
            throws MalformedMessage {
        return switch (action) {
            case PLANNED_ACTION_NOTHING -> Action.NOTHING;
            case PLANNED_ACTION_CREATE -> Action.CREATE;
            case PLANNED_ACTION_REPLACE -> Action.REPLACE;
            case PLANNED_ACTION_CHANGE_IN_PLACE -> Action.CHANGE_IN_PLACE;
            case PLANNED_ACTION_DELETE -> Action.DELETE;
            case UNRECOGNIZED -> throw Decoding.unknown("action in a plan", number);
        };
    }
}

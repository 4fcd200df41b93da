package io.muster.api.codec;

import io.muster.api.name.AgentName;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.AgentAction;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What becomes of agents. */
final class AgentStepCodec {
    private AgentStepCodec() {}

    static List<RequestProto.AgentStep> encode(SortedMap<AgentName, AgentAction> steps) {
        return steps.entrySet().stream()
                .map(step ->
                        RequestProto.AgentStep.newBuilder()
                                .setAgent(step.getKey().value())
                                .setAction(
                                        switch (step.getValue()) {
                                            case DRAIN ->
                                                    RequestProto.AgentAction.AGENT_ACTION_DRAIN;
                                            case UNDRAIN ->
                                                    RequestProto.AgentAction.AGENT_ACTION_UNDRAIN;
                                            case DELETE ->
                                                    RequestProto.AgentAction.AGENT_ACTION_DELETE;
                                        })
                                .build())
                .toList();
    }

    static SortedMap<AgentName, AgentAction> decode(List<RequestProto.AgentStep> messages)
            throws MalformedMessage {
        var steps = new TreeMap<AgentName, AgentAction>();
        for (var step : messages) {
            steps.put(
                    new AgentName(step.getAgent()),
                    switch (step.getAction()) {
                        case AGENT_ACTION_DRAIN -> AgentAction.DRAIN;
                        case AGENT_ACTION_UNDRAIN -> AgentAction.UNDRAIN;
                        case AGENT_ACTION_DELETE -> AgentAction.DELETE;
                        case UNRECOGNIZED ->
                                throw Decoding.unknown("action on an agent", step.getActionValue());
                    });
        }
        return steps;
    }
}

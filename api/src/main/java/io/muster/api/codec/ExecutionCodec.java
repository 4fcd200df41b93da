package io.muster.api.codec;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.proto.StateProto;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Instances of workloads, and how they are doing. */
final class ExecutionCodec {
    private ExecutionCodec() {}

    static StateProto.WorkloadInstanceName encode(InstanceName name) {
        return StateProto.WorkloadInstanceName.newBuilder()
                .setWorkloadName(name.workload().value())
                .setAgentName(name.agent())
                .setId(name.id())
                .build();
    }

    static InstanceName decode(StateProto.WorkloadInstanceName message) {
        return new InstanceName(
                new WorkloadName(message.getWorkloadName()),
                message.getId(),
                message.getAgentName());
    }

    static StateProto.WorkloadState encode(WorkloadState state) {
        var execution =
                StateProto.ExecutionState.newBuilder()
                        .setAdditionalInfo(state.state().additionalInfo())
                        .setChangedAt(state.changedAt().value());
        encode(state.phase(), execution);
        return StateProto.WorkloadState.newBuilder()
                .setInstanceName(encode(state.instance()))
                .setExecutionState(execution)
                .build();
    }

    static WorkloadState decode(StateProto.WorkloadState message) throws MalformedMessage {
        var execution = message.getExecutionState();
        return new WorkloadState(
                decode(message.getInstanceName()),
                new Revision(execution.getChangedAt()),
                new ExecutionState(
                        phase(execution).orElseThrow(() -> Decoding.missing("execution state")),
                        execution.getAdditionalInfo()));
    }

    static List<WorkloadState> decode(List<StateProto.WorkloadState> messages)
            throws MalformedMessage {
        var states = new ArrayList<WorkloadState>();
        for (var message : messages) {
            states.add(decode(message));
        }
        return states;
    }

    static void encode(Phase phase, StateProto.ExecutionState.Builder message) {
        switch (phase) {
            case AGENT_DISCONNECTED ->
                    message.setAgentDisconnected(StateProto.AgentDisconnected.AGENT_DISCONNECTED);
            case PENDING_INITIAL -> message.setPending(StateProto.Pending.PENDING_INITIAL);
            case PENDING_WAITING_TO_START ->
                    message.setPending(StateProto.Pending.PENDING_WAITING_TO_START);
            case PENDING_STARTING -> message.setPending(StateProto.Pending.PENDING_STARTING);
            case PENDING_STARTING_FAILED ->
                    message.setPending(StateProto.Pending.PENDING_STARTING_FAILED);
            case RUNNING_OK -> message.setRunning(StateProto.Running.RUNNING_OK);
            case STOPPING -> message.setStopping(StateProto.Stopping.STOPPING);
            case STOPPING_WAITING_TO_STOP ->
                    message.setStopping(StateProto.Stopping.STOPPING_WAITING_TO_STOP);
            case STOPPING_REQUESTED_AT_RUNTIME ->
                    message.setStopping(StateProto.Stopping.STOPPING_REQUESTED_AT_RUNTIME);
            case STOPPING_DELETE_FAILED ->
                    message.setStopping(StateProto.Stopping.STOPPING_DELETE_FAILED);
            case SUCCEEDED_OK -> message.setSucceeded(StateProto.Succeeded.SUCCEEDED_OK);
            case FAILED_EXEC_FAILED -> message.setFailed(StateProto.Failed.FAILED_EXEC_FAILED);
            case FAILED_UNKNOWN -> message.setFailed(StateProto.Failed.FAILED_UNKNOWN);
            case FAILED_LOST -> message.setFailed(StateProto.Failed.FAILED_LOST);
            case NOT_SCHEDULED -> message.setNotScheduled(StateProto.NotScheduled.NOT_SCHEDULED);
            case REMOVED -> message.setRemoved(StateProto.Removed.REMOVED);
        }
    }

    /** Reads the phase; empty if the message has none. */
    static Optional<Phase> phase(StateProto.ExecutionState message) throws MalformedMessage {
        return switch (message.getExecutionStateEnumCase()) {
            case AGENTDISCONNECTED ->
                    only(Phase.AGENT_DISCONNECTED, message.getAgentDisconnectedValue());
            case PENDING -> Optional.of(pending(message));
            case RUNNING -> only(Phase.RUNNING_OK, message.getRunningValue());
            case STOPPING -> Optional.of(stopping(message));
            case SUCCEEDED -> only(Phase.SUCCEEDED_OK, message.getSucceededValue());
            case FAILED -> Optional.of(failed(message));
            case NOTSCHEDULED -> only(Phase.NOT_SCHEDULED, message.getNotScheduledValue());
            case REMOVED -> only(Phase.REMOVED, message.getRemovedValue());
            case EXECUTIONSTATEENUM_NOT_SET -> Optional.empty();
        };
    }

    private static Optional<Phase> only(Phase phase, int number) throws MalformedMessage {
        if (number != 0) {
            throw Decoding.unknown("sub-state of " + phase.state(), number);
        }
        return Optional.of(phase);
    }

    private static Phase pending(StateProto.ExecutionState message) throws MalformedMessage {
        return switch (message.getPending()) {
            case PENDING_INITIAL -> Phase.PENDING_INITIAL;
            case PENDING_WAITING_TO_START -> Phase.PENDING_WAITING_TO_START;
            case PENDING_STARTING -> Phase.PENDING_STARTING;
            case PENDING_STARTING_FAILED -> Phase.PENDING_STARTING_FAILED;
            case UNRECOGNIZED ->
                    throw Decoding.unknown("sub-state of Pending", message.getPendingValue());
        };
    }

    private static Phase stopping(StateProto.ExecutionState message) throws MalformedMessage {
        return switch (message.getStopping()) {
            case STOPPING -> Phase.STOPPING;
            case STOPPING_WAITING_TO_STOP -> Phase.STOPPING_WAITING_TO_STOP;
            case STOPPING_REQUESTED_AT_RUNTIME -> Phase.STOPPING_REQUESTED_AT_RUNTIME;
            case STOPPING_DELETE_FAILED -> Phase.STOPPING_DELETE_FAILED;
            case UNRECOGNIZED ->
                    throw Decoding.unknown("sub-state of Stopping", message.getStoppingValue());
        };
    }

    private static Phase failed(StateProto.ExecutionState message) throws MalformedMessage {
        return switch (message.getFailed()) {
            case FAILED_EXEC_FAILED -> Phase.FAILED_EXEC_FAILED;
            case FAILED_UNKNOWN -> Phase.FAILED_UNKNOWN;
            case FAILED_LOST -> Phase.FAILED_LOST;
            case UNRECOGNIZED ->
                    throw Decoding.unknown("sub-state of Failed", message.getFailedValue());
        };
    }
}

package io.muster.simulators;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is otherwise than wished, where a workload that has ended for good is as its restart policy
 * wishes.
 *
 * @param state as the server knows it
 * @param wished as was acknowledged
 * @param alive the instances of which a process lives
 */
record Difference(CompleteState state, State wished, Set<InstanceName> alive) {
    /** Returns it in words, a line each; empty if there is none. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        var names = new TreeSet<>(wished.workloads().keySet());
        names.addAll(state.desiredState().workloads().keySet());
        for (var name : names) {
            if (!Objects.equals(
                    wished.workloads().get(name), state.desiredState().workloads().get(name))) {
                lines.add(name + ": the server does not know what was acknowledged last");
            }
        }
        var states = new TreeMap<InstanceName, WorkloadState>();
        state.workloadStates().forEach(each -> states.put(each.instance(), each));
        var instances = new HashSet<InstanceName>();
        state.effectiveState()
                .workloads()
                .forEach((name, workload) -> {
                    var instance =
                            InstanceName.of(name, workload.runtimeConfig(), workload.agent());
                    instances.add(instance);
                    var found = Optional.ofNullable(states.get(instance));
                    of(instance, workload, found).ifPresent(what -> lines.add(name + ": " + what));
                });
        states.keySet().stream()
                .filter(each -> !instances.contains(each))
                .forEach(each ->
                        lines.add(
                                "%s: an instance that is not wished is still %s on %s"
                                        .formatted(
                                                each.workload(),
                                                Objects.requireNonNull(states.get(each)).phase(),
                                                each.agent())));
        alive.stream()
                .filter(each -> !instances.contains(each) && !states.containsKey(each))
                .sorted()
                .forEach(each -> lines.add(left(each.workload(), each.agent())));
        return lines;
    }

    private static String left(WorkloadName name, String agent) {
        return "%s: a process that is not wished lives on %s".formatted(name, agent);
    }

    private Optional<String> of(
            InstanceName instance, Workload workload, Optional<WorkloadState> found) {
        if (found.isEmpty()) {
            return Optional.of("nothing is known of it");
        }
        var phase = found.get().phase();
        var agent =
                state.agents().entrySet().stream()
                        .filter(each -> each.getKey().value().equals(workload.agent()))
                        .findAny();
        if (phase != Phase.NOT_SCHEDULED && (agent.isEmpty() || agent.get().getValue().away())) {
            return Optional.of("%s, %s is not connected".formatted(phase, workload.agent()));
        }
        boolean isDrained = agent.isPresent() && agent.get().getValue().drained();
        boolean lives = alive.contains(instance);
        if (isAtRest(phase, workload, isDrained) && lives == (phase == Phase.RUNNING_OK)) {
            return Optional.empty();
        }
        var info = found.get().state().additionalInfo();
        return Optional.of(
                phase
                        + (lives == (phase == Phase.RUNNING_OK)
                                ? ""
                                : lives ? ", and its process lives" : ", and no process lives")
                        + (info.isEmpty() ? "" : ": " + info));
    }

    private static boolean isAtRest(Phase phase, Workload workload, boolean isDrained) {
        return switch (phase) {
            case RUNNING_OK -> !isDrained;
            case SUCCEEDED_OK -> workload.restartPolicy() != RestartPolicy.ALWAYS || isDrained;
            case FAILED_EXEC_FAILED -> workload.restartPolicy() == RestartPolicy.NEVER || isDrained;
            case NOT_SCHEDULED -> true;
            case PENDING_INITIAL, PENDING_WAITING_TO_START -> isDrained;
            case AGENT_DISCONNECTED,
                    PENDING_STARTING,
                    PENDING_STARTING_FAILED,
                    STOPPING,
                    STOPPING_WAITING_TO_STOP,
                    STOPPING_REQUESTED_AT_RUNTIME,
                    STOPPING_DELETE_FAILED,
                    FAILED_UNKNOWN,
                    FAILED_LOST,
                    REMOVED ->
                    false;
        };
    }
}

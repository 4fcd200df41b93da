package io.muster.agent.runtime.container;

import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.ProcessRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How an instance of several containers is: as the worst of them, in the order failed, starting,
 * unclear, running, stopping, succeeded. One that a reboot has cut short comes before all.
 */
record PodStates(LiveProcesses processes) {
    /** Nobody noted which pods were made. */
    static final Observation HALF_MADE = new Starting("its pods are not noted");

    private static final Observation FAILED_UNSEEN = new Exited(-1);

    /** Returns the containers of some pods, but what only holds the pods together. */
    static List<Container> of(List<Container> all, List<String> pods) {
        return all.stream().filter(each -> !each.infra() && pods.contains(each.pod())).toList();
    }

    /**
     * Says whether what is seen may last: not if the process of what runs has ended, and not if
     * podman is about to start a container again.
     */
    boolean isSettled(List<Container> containers, KubeManifest.Restarts restarts)
            throws RuntimeFailure {
        for (var each : containers) {
            boolean settled =
                    runs(each)
                            ? processes.find(each.pid()).isPresent()
                            : !(each.withoutProcess() instanceof Exited(var code))
                                    || switch (restarts) {
                                        case NEVER -> true;
                                        case ON_FAILURE -> code == 0;
                                        case ALWAYS -> false;
                                    };
            if (!settled) {
                return false;
            }
        }
        return true;
    }

    /** Says how all are together. */
    Observation observation(List<Container> containers, List<String> pods) throws RuntimeFailure {
        if (containers.isEmpty()) {
            return new Observation.Gone();
        }
        var running = new ArrayList<ProcessRef>();
        var seen = new ArrayList<Observation>();
        for (var each : containers) {
            if (runs(each)) {
                var process = processes.find(each.pid());
                process.ifPresent(running::add);
                // without a process nobody is left to tell how it ended
                seen.add(process.<Observation>map(Running::new).orElse(FAILED_UNSEEN));
            } else {
                seen.add(each.withoutProcess());
            }
        }
        var there = containers.stream().map(Container::pod).collect(Collectors.toSet());
        if (!there.containsAll(pods)) {
            seen.add(new Unclear("a pod is missing"));
        }
        var worst = seen.stream().min(Comparator.comparingInt(PodStates::rank)).orElseThrow();
        return switch (worst) {
            case Running _ -> new Running(running);
            case Starting _ -> new Starting("starting container");
            case Unclear _ -> new Unclear("unknown container state");
            case Stopping _ -> new Stopping("stopping container");
            case Exited _, Interrupted _, Observation.Gone _ -> worst;
        };
    }

    private static boolean runs(Container container) {
        return container.state().equals("running");
    }

    private static int rank(Observation observation) {
        return switch (observation) {
            case Interrupted _ -> 0;
            case Exited(var code) -> code == 0 ? 6 : 1;
            case Starting _ -> 2;
            case Unclear _ -> 3;
            case Running _ -> 4;
            case Stopping _ -> 5;
            case Observation.Gone _ -> 7;
        };
    }
}

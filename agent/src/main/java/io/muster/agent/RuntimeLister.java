package io.muster.agent;

import io.muster.agent.reconcile.AgentEvent;
import io.muster.agent.reconcile.Moment;
import io.muster.api.name.AgentName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Serial;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks runtimes what they have; each order is answered by one event. From the serial. */
final class RuntimeLister {
    private static final Logger log = LoggerFactory.getLogger(RuntimeLister.class);

    private final AgentName agent;
    private final Map<String, WorkloadRuntime> runtimes;
    private final Serial serial;
    private final Consumer<AgentEvent> events;
    private final Set<String> beingLookedAt = new HashSet<>();

    RuntimeLister(
            AgentName agent,
            Map<String, WorkloadRuntime> runtimes,
            Serial serial,
            Consumer<AgentEvent> events) {
        this.agent = agent;
        this.runtimes = Map.copyOf(runtimes);
        this.serial = serial;
        this.events = events;
    }

    /** Lists what a runtime has. */
    void list(String runtime) {
        serial.offload(
                runtime(runtime)::list,
                (found, failure) ->
                        events.accept(
                                found != null
                                        ? new AgentEvent.Listed(runtime, found)
                                        : new AgentEvent.ListFailed(
                                                runtime, reason(runtime, failure))));
    }

    /** Looks what a runtime has, unless somebody is looking already. */
    void look(String runtime, Moment asked) {
        if (!beingLookedAt.add(runtime)) {
            return;
        }
        serial.offload(
                runtime(runtime)::list,
                (found, failure) -> {
                    beingLookedAt.remove(runtime);
                    if (failure != null) {
                        log.atWarn()
                                .addKeyValue("agent", agent)
                                .addKeyValue("runtime", runtime)
                                .addKeyValue("reason", reason(runtime, failure))
                                .log("the slow look at the runtime failed");
                    }
                    Optional<List<Found>> seen = Optional.ofNullable(found);
                    events.accept(new AgentEvent.Glimpsed(runtime, asked, seen));
                });
    }

    private WorkloadRuntime runtime(String runtime) {
        var found = runtimes.get(runtime);
        if (found == null) {
            throw new IllegalStateException("no runtime \"" + runtime + "\" was given");
        }
        return found;
    }

    private String reason(String runtime, @Nullable Exception failure) {
        if (!(failure instanceof RuntimeFailure)) {
            log.atError()
                    .addKeyValue("agent", agent)
                    .addKeyValue("runtime", runtime)
                    .setCause(failure)
                    .log("a runtime has a fault");
            return "a fault in the runtime: " + failure;
        }
        return String.valueOf(failure.getMessage());
    }
}

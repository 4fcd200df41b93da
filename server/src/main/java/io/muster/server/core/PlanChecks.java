package io.muster.server.core;

import io.muster.api.codec.LinkCodec;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.Lineage;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import io.muster.api.validation.StateChecks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Checks one plan and collects all that is wrong with it. */
final class PlanChecks {
    static final int MAX_PROBLEMS = 100;

    private final ServerSettings settings;
    private final List<Problem> problems = new ArrayList<>();

    PlanChecks(ServerSettings settings) {
        this.settings = settings;
    }

    /** Returns the value, or remembers why there is none. */
    <T> Optional<T> accepted(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<T>(var value) -> Optional.of(value);
            case Outcome.Refused<T>(var why) -> {
                problems.addAll(why);
                yield Optional.empty();
            }
        };
    }

    /** Says whether there is no problem so far. */
    boolean foundNothing() {
        return problems.isEmpty();
    }

    /**
     * Checks the plan as a whole, and accepts it or refuses it with all problems found.
     *
     * @param wanted what was planned; the plan lacks workloads that were refused already
     * @param concerned the workloads that change, or were refused
     */
    Outcome<Plan> conclude(Plan plan, State wanted, Collection<WorkloadName> concerned) {
        counts(wanted);
        texts(plan);
        problems.addAll(StateChecks.cycles(wanted, concerned));
        // otherwise others may be missing from the messages
        var measured = problems.isEmpty() ? sizes(plan) : plan;
        return problems.isEmpty()
                ? Outcome.accepted(measured)
                : Outcome.refused(problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS)));
    }

    private void counts(State wanted) {
        var limits = settings.limits();
        most("workloads", wanted.workloads().size(), limits.workloads());
        most("configs", wanted.configs().size(), limits.configs());
    }

    private void most(String what, int count, int limit) {
        if (count > limit) {
            problems.add(
                    new Problem(
                            "desiredState." + what,
                            "would have %d %s".formatted(count, what),
                            "keep at most %d, or start the server with a higher --max-%s"
                                    .formatted(limit, what)));
        }
    }

    private void texts(Plan plan) {
        var limits = settings.limits();
        for (var change : plan.workloads()) {
            change.after()
                    .ifPresent(after -> {
                        var place = "desiredState.workloads." + change.name();
                        room(place, Sizes.of(after.written()), limits.workloadChars());
                        room(
                                place + " with its templates filled in",
                                Sizes.of(after.assigned().workload()),
                                limits.workloadChars());
                    });
        }
        for (var name : plan.configs()) {
            var item = plan.after().written().configs().get(name);
            if (item != null) {
                room("desiredState.configs." + name, Sizes.of(item), limits.configChars());
            }
        }
    }

    private void room(String place, long chars, int limit) {
        if (chars > limit) {
            problems.add(
                    new Problem(
                            place,
                            "has %d characters".formatted(chars),
                            "keep it to %d: shorten it, or split it".formatted(limit)));
        }
    }

    /**
     * A desired state travels in one message: what would not fit is refused before it is stored.
     */
    private Plan sizes(Plan plan) {
        var after = plan.after();
        var agents = new TreeSet<String>();
        for (var change : plan.workloads()) {
            change.after().map(Placed::agent).filter(a -> !a.isEmpty()).ifPresent(agents::add);
        }
        for (var agent : agents) {
            if (!after.share(agent).burden().fits(settings.bounds().maxDesiredBytes())) {
                var workloads = after.assignedTo(agent);
                int size = LinkCodec.encode(version(workloads)).size();
                after = after.measured(agent, size);
                if (size > settings.bounds().maxDesiredBytes()) {
                    problems.add(
                            new Problem(
                                    "desiredState.workloads",
                                    "the %d workloads of agent \"%s\" make a message of %d bytes"
                                            .formatted(workloads.size(), agent, size),
                                    "keep it to %d bytes: shorten them, or spread them over agents"
                                            .formatted(settings.bounds().maxDesiredBytes())));
                }
            }
        }
        return plan.at(after);
    }

    private static DesiredState version(List<AssignedWorkload> workloads) {
        var largest = new StateVersion(new Lineage("size"), Long.MAX_VALUE, Revision.ZERO);
        var node = new Addressee.Node(new NodeId("0".repeat(32)));
        return new DesiredState(largest, true, node, workloads);
    }
}

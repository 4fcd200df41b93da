package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StartupMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An accepted update on its way to the store.
 *
 * @param time when it was accepted
 * @param asker empty for the startup manifest
 * @param startup what to remember of the startup manifest, if this is it
 */
record PlannedUpdate(
        Instant time, Optional<Asker> asker, Plan plan, Optional<StartupMark> startup) {
    /** Says whether there is nothing to write. */
    boolean changesNothing() {
        return plan.changesNothing() && startup.isEmpty();
    }

    /** Returns it as the history keeps it; empty if it makes no new desired state. */
    Optional<PastUpdate> past() {
        var agents = plan.agents();
        if (!plan.changesDesiredState() && agents.isEmpty()) {
            return Optional.empty(); // tags of agents are no part of the desired state
        }
        var workloads = new TreeMap<WorkloadName, Optional<Workload>>();
        for (var change : plan.workloads()) {
            workloads.put(change.name(), change.before().map(Placed::written));
        }
        var configs = new TreeMap<String, Optional<ConfigItem>>();
        for (var name : plan.configs()) {
            configs.put(name, Optional.ofNullable(plan.before().written().configs().get(name)));
        }
        return Optional.of(
                new PastUpdate(
                        plan.after().revision(),
                        Optional.of(time),
                        asker.map(Asker::requester),
                        workloads,
                        configs,
                        agents));
    }

    /** What to tell the requester once it is stored. */
    Response.Updated result() {
        var added = new ArrayList<InstanceName>();
        var deleted = new ArrayList<InstanceName>();
        var touched = new ArrayList<Response.Touched>();
        for (var change : plan.workloads()) {
            change.before()
                    .ifPresent(before -> {
                        if (change.endsInstance()) {
                            deleted.add(before.instance());
                            touched.add(
                                    new Response.Touched(
                                            before.instance(), before.changedAt(), true));
                        } else if (change.starts()) {
                            deleted.add(before.instance()); // replaced by one of the same name
                        }
                    });
            change.after()
                    .ifPresent(after -> {
                        added.add(after.instance());
                        touched.add(
                                new Response.Touched(after.instance(), after.changedAt(), false));
                    });
        }
        touched.addAll(moved(touched));
        return new Response.Updated(
                added, deleted, plan.after().revision(), touched, plan.ignored());
    }

    /** Those that go or come because their agent is drained, or is so no more. */
    private List<Response.Touched> moved(List<Response.Touched> touched) {
        var names = new TreeSet<WorkloadName>();
        touched.forEach(each -> names.add(each.instance().workload()));
        var moved = new ArrayList<Response.Touched>();
        for (var agent : plan.concerned()) {
            for (var placed : plan.after().of(agent.value()).values()) {
                if (names.add(placed.instance().workload())) {
                    moved.add(new Response.Touched(placed.instance(), placed.changedAt(), false));
                }
            }
        }
        return moved;
    }
}

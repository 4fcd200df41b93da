package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.request.Response;
import io.muster.api.store.StartupMark;
import java.util.ArrayList;
import java.util.Optional;

/**
 * An accepted update on its way to the store.
 *
 * @param asker empty for the startup manifest
 * @param startup what to remember of the startup manifest, if this is it
 */
record PlannedUpdate(Optional<Asker> asker, Plan plan, Optional<StartupMark> startup) {
    /** Says whether there is nothing to write. */
    boolean changesNothing() {
        return plan.changesNothing() && startup.isEmpty();
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
        return new Response.Updated(added, deleted, plan.after().revision(), touched);
    }
}

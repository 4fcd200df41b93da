package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.state.AgentAttributes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an agent is shown: if it is connected, or if it is drained, so that nobody forgets that. */
final class Attendance {
    private Attendance() {}

    /**
     * Returns what is shown of it; empty if nothing is.
     *
     * @param agent what is known of it, if anything is
     */
    static Optional<AgentAttributes> of(AgentName name, @Nullable Agent agent, Wish wish) {
        boolean drained = wish.drained().contains(name);
        if (agent != null && agent.isThere()) {
            return agent.session().map(session -> session.attributes().drained(drained));
        }
        return drained
                ? Optional.of(
                        new AgentAttributes(
                                wish.tagsOf(name).over(Collections.emptySortedMap()),
                                Optional.empty(),
                                List.of(),
                                true,
                                true))
                : Optional.empty();
    }
}

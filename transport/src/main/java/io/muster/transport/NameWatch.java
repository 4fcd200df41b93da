package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Response;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether the agent of some name is there, as a client: under the agent's own name every
 * session throws the other one's out.
 *
 * <p>Ends when the server has said for some seconds that there is no such agent any more, and when
 * its time is over: the broker's access rules may not let an agent look. To be missing in a
 * snapshot proves less than to have left, because a server that was started anew meets its agents
 * one after the other; so that has to last longer.
 */
final class NameWatch implements ClientLink.EventListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NameWatch.class);

    private static final String AGENTS = "agents";

    /** A service that is only restarted is back by then. */
    private static final Duration AFTER_LEAVING = Duration.ofSeconds(3);

    /** So that several who wait for one name do not come together. */
    private static final Duration JITTER = Duration.ofSeconds(2);

    private final AgentName agent;
    private final Serial serial;
    private final RandomGenerator random;
    private final Duration unseen;
    private final Duration longest;
    private final Runnable over;
    private final ClientLink link;
    private Serial.@Nullable Timer end;
    private Serial.@Nullable Timer absence;
    private boolean isThere = true;
    private boolean done;

    /**
     * Makes one; {@link #start} connects it.
     *
     * @param longest after which it is over in any case
     * @param over is told once, unless it is closed before
     */
    NameWatch(
            BusConnector connector,
            Topics topics,
            AgentName agent,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            LinkOptions options,
            Duration longest,
            Runnable over) {
        this.agent = agent;
        this.serial = serial;
        this.random = random;
        this.unseen = AgentLink.returnsWithin(options).multipliedBy(2);
        this.longest = longest;
        this.over = over;
        this.link =
                new ClientLink(
                        connector,
                        topics,
                        new ClientName("wait-" + Ids.next(random).substring(0, 8)),
                        serial,
                        clock,
                        random,
                        options);
    }

    /** Returns within what time after its agent has left a name is asked for, at most. */
    static Duration asksWithin() {
        return AFTER_LEAVING.plus(JITTER);
    }

    void start() {
        end = serial.after(longest, this::finish);
        link.start();
        var _ = link.subscribe(List.of(FieldMask.of(AGENTS, agent.value())), this);
    }

    @Override
    public void snapshot(Response.StateAnswer answer) {
        learn(names(answer.state()), unseen);
    }

    @Override
    public void event(Response.StateAnswer answer) {
        answer.altered()
                .ifPresent(altered ->
                        learn(
                                altered.removed().stream().noneMatch(this::isWhole)
                                        && (isThere || names(answer.state())),
                                AFTER_LEAVING));
    }

    @Override
    public void interrupted(String why) {
        cancel(absence); // nothing is known now
    }

    @Override
    public void resumed() {
        learn(isThere, unseen);
    }

    @Override
    public void refused(Response.Refused refused) {
        LOG.atWarn()
                .addKeyValue("agent", agent)
                .addKeyValue("reason", refused.message())
                .log("the server does not let this agent watch its name");
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            cancel(end);
            cancel(absence);
            link.close();
        }
    }

    private boolean names(Node.Entries state) {
        return state.entries().get(AGENTS) instanceof Node.Entries(var agents)
                && agents.containsKey(agent.value());
    }

    private boolean isWhole(String removed) {
        return removed.equals(AGENTS) || removed.equals(AGENTS + "." + agent);
    }

    private void learn(boolean there, Duration wait) {
        isThere = there;
        cancel(absence);
        if (!there && !done) {
            var jitter = Duration.ofMillis(random.nextLong(JITTER.toMillis()));
            absence = serial.after(wait.plus(jitter), this::left);
        }
    }

    private void left() {
        LOG.atInfo()
                .addKeyValue("agent", agent)
                .log("the agent that has this name is gone: asking for it");
        finish();
    }

    private void finish() {
        if (!done) {
            close();
            over.run();
        }
    }

    private static void cancel(Serial.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}

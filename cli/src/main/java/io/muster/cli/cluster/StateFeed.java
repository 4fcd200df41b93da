package io.muster.cli.cluster;

import io.muster.api.request.Response;
import io.muster.api.tree.Node;
import io.muster.transport.ClientLink;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of the state, kept up to date. The link writes it on its thread, the command reads it on
 * its own: always the latest, so that a slow reader misses steps but never the end.
 */
public final class StateFeed implements AutoCloseable, ClientLink.EventListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final boolean enduring;
    private final Function<String, ClusterFailure> unreachable;
    private ClientLink.@Nullable Subscription subscription;
    private Node.Entries tree = Node.Entries.NONE;
    private Optional<String> interruption = Optional.empty();
    private Optional<String> lastInterruption = Optional.empty();
    private Optional<String> refusal = Optional.empty();
    private boolean known;
    private boolean fresh;

    /**
     * Makes one.
     *
     * @param enduring whether to wait for a connection that cannot be made to begin with
     * @param unreachable what to fail with otherwise
     */
    StateFeed(boolean enduring, Function<String, ClusterFailure> unreachable) {
        this.enduring = enduring;
        this.unreachable = unreachable;
    }

    void follows(ClientLink.Subscription made) {
        subscription = made;
    }

    /**
     * What there is to know.
     *
     * @param state the latest, empty if there is nothing new or it is not known now
     * @param interrupted why it was not known at some time since the last call, even if it is again
     */
    public record News(Optional<Node.Entries> state, Optional<String> interrupted) {}

    /**
     * Waits for news.
     *
     * @return both parts empty if there is none within {@code patience}
     * @throws ClusterFailure if the server does not tell
     */
    public News next(Duration patience) throws ClusterFailure, InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!fresh && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (refusal.isPresent()) {
                throw new ClusterFailure(refusal.get());
            }
            if (!known && !enduring && interruption.isPresent()) {
                throw unreachable.apply(interruption.get());
            }
            boolean tell = fresh && known && interruption.isEmpty();
            var news = new News(tell ? Optional.of(tree) : Optional.empty(), lastInterruption);
            fresh = false;
            lastInterruption = Optional.empty();
            return news;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void snapshot(Response.StateAnswer answer) {
        change(() -> {
            tree = answer.state();
            known = true;
            interruption = Optional.empty();
        });
    }

    @Override
    public void event(Response.StateAnswer answer) {
        answer.altered()
                .ifPresent(altered ->
                        change(() -> tree = Mirror.after(tree, answer.state(), altered)));
    }

    @Override
    public void interrupted(String why) {
        change(() -> {
            interruption = Optional.of(why);
            lastInterruption = interruption;
        });
    }

    @Override
    public void resumed() {
        change(() -> interruption = Optional.empty());
    }

    @Override
    public void refused(Response.Refused refused) {
        change(() -> refusal = Optional.of(refused.message()));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            fresh = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
    }
}

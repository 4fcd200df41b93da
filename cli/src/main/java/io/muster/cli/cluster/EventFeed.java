package io.muster.cli.cluster;

import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.Refused;
import io.muster.api.request.Response.StateAnswer;
import io.muster.transport.ClientLink;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every change, one after the other. The link brings them on its thread, the command takes them on
 * its own. No more than {@value #BOUND} wait: of a slow reader the subscription is ended, and begun
 * again where it was once all that waited is taken, since the server keeps events longer.
 */
public final class EventFeed implements AutoCloseable, ClientLink.EventListener {
    static final int BOUND = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<News> waiting = new ArrayDeque<>();
    private final Source source;
    private final Function<String, ClusterFailure> unreachable;
    private Optional<EventPosition> taken = Optional.empty();
    private Optional<String> refusal = Optional.empty();
    private ClientLink.@Nullable Subscription subscription;
    private boolean known;
    private boolean full;

    /**
     * Makes one; {@link #begin} subscribes.
     *
     * @param unreachable what to fail with if there is no connection to begin with
     */
    EventFeed(Source source, Function<String, ClusterFailure> unreachable) {
        this.source = source;
        this.unreachable = unreachable;
    }

    /** Subscribes, from a position on. */
    interface Source {
        ClientLink.Subscription subscribe(
                Optional<EventPosition> from, ClientLink.EventListener listener);
    }

    /** What there is to know. */
    public sealed interface News {
        /** All as it is; what came between this and the event before it is not known. */
        record Snapshot(StateAnswer answer) implements News {}

        /** What changed. */
        record Event(StateAnswer answer) implements News {}

        /** For now nothing is heard. */
        record Interrupted(String why) implements News {}

        /** It goes on, and nothing was missed. */
        record Resumed() implements News {}
    }

    EventFeed begin() {
        subscription = source.subscribe(taken, this);
        return this;
    }

    /**
     * Waits for news.
     *
     * @return empty if there is none within {@code patience}
     * @throws ClusterFailure if the server does not tell
     */
    public Optional<News> next(Duration patience) throws ClusterFailure, InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && refusal.isEmpty() && left > 0) {
                if (full) {
                    full = false;
                    begin();
                }
                left = changed.awaitNanos(left);
            }
            var news = Optional.ofNullable(waiting.poll());
            if (news.isEmpty() && refusal.isPresent()) {
                throw new ClusterFailure(refusal.get());
            }
            if (!known && news.isPresent() && news.get() instanceof News.Interrupted(var why)) {
                throw unreachable.apply(why);
            }
            news.ifPresent(this::take);
            return news;
        } finally {
            lock.unlock();
        }
    }

    private void take(News news) {
        switch (news) {
            case News.Snapshot(var answer) -> {
                known = true;
                taken = Optional.of(answer.position());
            }
            case News.Event(var answer) -> taken = Optional.of(answer.position());
            case News.Interrupted _, News.Resumed _ -> {}
        }
    }

    @Override
    public void snapshot(StateAnswer answer) {
        add(new News.Snapshot(answer));
    }

    @Override
    public void event(StateAnswer answer) {
        add(new News.Event(answer));
    }

    @Override
    public void interrupted(String why) {
        add(new News.Interrupted(why));
    }

    @Override
    public void resumed() {
        add(new News.Resumed());
    }

    @Override
    public void refused(Refused refused) {
        lock.lock();
        try {
            refusal = Optional.of(refused.message());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(News news) {
        lock.lock();
        try {
            if (full) {
                return; // it will be told again
            }
            if (waiting.size() >= BOUND) {
                full = true;
                close();
                return;
            }
            waiting.add(news);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        var current = subscription;
        if (current != null) {
            current.close();
        }
    }
}

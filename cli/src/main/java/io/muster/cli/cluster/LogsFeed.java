package io.muster.cli.cluster;

import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Response;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Logs, as they come. The link brings them on its thread, the command takes them on its own; what
 * waits in between is bounded by what the agents may send before it is taken.
 */
public final class LogsFeed implements AutoCloseable, ClientLink.LogListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<News> waiting = new ArrayDeque<>();
    private final Function<LinkException, ClusterFailure> explained;
    private Optional<ClusterFailure> failure = Optional.empty();
    private ClientLink.@Nullable LogReading reading;

    LogsFeed(Function<LinkException, ClusterFailure> explained) {
        this.explained = explained;
    }

    /** What there is to know. */
    public sealed interface News {
        /**
         * Logs will come of these.
         *
         * @param problems why none come of the others
         */
        record Accepted(List<InstanceName> instances, List<Problem> problems) implements News {}

        /** Lines; taken with {@link LogsFeed#taken}. */
        record Lines(AgentName agent, List<LogLines> lines) implements News {}

        /** Some lines of workloads of this agent are lost. */
        record Lost(AgentName agent) implements News {}

        /** Nothing is heard of this agent for now. */
        record Silent(AgentName agent) implements News {}

        /** No more comes of this workload. */
        record Stopped(Response.LogsStopped stop) implements News {}
    }

    LogsFeed reads(ClientLink.LogReading its) {
        reading = its;
        return this;
    }

    /**
     * Waits for news.
     *
     * @return empty if there is none within {@code patience}
     * @throws ClusterFailure if nothing will come
     */
    public Optional<News> next(Duration patience) throws ClusterFailure, InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && failure.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            var news = Optional.ofNullable(waiting.poll());
            if (news.isEmpty() && failure.isPresent()) {
                throw failure.get();
            }
            return news;
        } finally {
            lock.unlock();
        }
    }

    /** Lets more come: these lines need no room any more. */
    public void taken(News.Lines lines) {
        if (reading != null) {
            reading.taken(lines.agent());
        }
    }

    @Override
    public void accepted(List<InstanceName> instances, List<Problem> problems) {
        add(new News.Accepted(instances, problems));
    }

    @Override
    public void lines(AgentName agent, List<LogLines> lines) {
        add(new News.Lines(agent, lines));
    }

    @Override
    public void lost(AgentName agent, long chunks) {
        add(new News.Lost(agent));
    }

    @Override
    public void silent(AgentName agent) {
        add(new News.Silent(agent));
    }

    @Override
    public void stopped(Response.LogsStopped stop) {
        add(new News.Stopped(stop));
    }

    @Override
    public void refused(Response.Refused refused) {
        fail(new ClusterFailure(refused.message()));
    }

    @Override
    public void failed(LinkException why) {
        fail(explained.apply(why));
    }

    private void fail(ClusterFailure why) {
        lock.lock();
        try {
            failure = Optional.of(why);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(News news) {
        lock.lock();
        try {
            waiting.add(news);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        if (reading != null) {
            reading.close();
        }
    }
}

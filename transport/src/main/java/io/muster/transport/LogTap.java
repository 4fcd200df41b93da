package io.muster.transport;

import io.muster.api.link.LogChunk;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.link.LogCredit;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.request.Response.LogsStopped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What one reader gets from one agent: numbered chunks, of which those that are lost are noticed,
 * and a window that follows what was taken.
 */
final class LogTap {
    private final AgentName agent;
    private final TreeSet<InstanceName> open;
    private String reading = "";
    private long seen;
    private final int window;
    private long allowed;
    private int notTaken;
    private long heardAt;
    private boolean heard;
    private boolean complained;

    /**
     * Makes one.
     *
     * @param window how many chunks may be on their way
     */
    LogTap(AgentName agent, Collection<InstanceName> instances, int window, long now) {
        this.agent = agent;
        this.window = window;
        this.allowed = window;
        this.open = new TreeSet<>(instances);
        this.heardAt = now;
    }

    /** Hears what comes of it. */
    interface Ear {
        /** Lines; to be followed by {@link LogTap#taken}. */
        void lines(List<LogLines> lines);

        /** So many chunks are lost. */
        void lost(long chunks);

        /** No more comes of this workload. */
        void stopped(LogsStopped stop);
    }

    AgentName agent() {
        return agent;
    }

    /** Those of which more may come. */
    List<InstanceName> open() {
        return List.copyOf(open);
    }

    boolean isOver() {
        return open.isEmpty();
    }

    /** Says whether the agent has said anything. */
    boolean isHeard() {
        return heard;
    }

    /** No logs come of any but these. */
    void only(Collection<InstanceName> accepted) {
        open.retainAll(accepted);
    }

    void told(LogChunk chunk, long now, Ear ear) {
        if (isOver()) {
            return;
        }
        if (chunk.unknown()) {
            if (heard) { // else it has not heard of us yet
                end(
                        agent
                                + " does not read for us any more: it was restarted, or did not"
                                + " hear us",
                        ear);
            }
            return;
        }
        heard = true;
        heardAt = now;
        complained = false;
        if (reading.isEmpty()) {
            reading = chunk.reading();
        } else if (!reading.equals(chunk.reading())) {
            end(agent + " was restarted", ear);
            return;
        }
        if (chunk.number() == 0) {
            if (chunk.last() > seen) {
                ear.lost(chunk.last() - seen);
                seen = chunk.last();
            }
        } else if (chunk.number() <= seen) {
            return; // a repetition
        } else {
            if (chunk.number() > seen + 1) {
                ear.lost(chunk.number() - seen - 1);
            }
            seen = chunk.number();
            var its =
                    chunk.lines().stream().filter(each -> open.contains(each.instance())).toList();
            if (!its.isEmpty()) { // what it says of others is not for it to say
                notTaken++;
                ear.lines(its);
            }
        }
        chunk.stops().forEach(stop -> stop(stop, ear));
    }

    /** The server says that no more comes, or the agent does. */
    void stop(LogsStopped stop, Ear ear) {
        if (open.remove(stop.instance())) {
            ear.stopped(stop);
        }
    }

    private void end(String why, Ear ear) {
        for (var instance : new ArrayList<>(open)) {
            stop(new LogsStopped(instance, why, true), ear);
        }
    }

    /** A chunk with lines was taken; says whether the agent should hear of it now. */
    boolean taken() {
        notTaken--;
        return upTo() - allowed >= window / 2;
    }

    private long upTo() {
        return Math.max(allowed, seen + window - notTaken);
    }

    LogCredit credit(boolean tell) {
        allowed = upTo();
        return new LogCredit(allowed, tell);
    }

    /**
     * Looks how long nothing was heard.
     *
     * @return whether the reader should be told, which is once per silence
     */
    boolean isSilent(long now, Ear ear) {
        long silent = now - heardAt;
        if (!heard && silent > LogTerms.FIRST_WORD.toNanos()) {
            end(
                    "agent %s did not answer within %d s; look whether it is connected, with \"muster get agents\", and of this version"
                            .formatted(agent, LogTerms.FIRST_WORD.toSeconds()),
                    ear);
        } else if (silent > LogTerms.LONG_SILENCE.toNanos()) {
            end(
                    "nothing was heard of agent %s for %d s"
                            .formatted(agent, LogTerms.LONG_SILENCE.toSeconds()),
                    ear);
        } else if (heard && !complained && silent > LogTerms.SILENCE.toNanos()) {
            complained = true;
            return !isOver();
        }
        return false;
    }
}

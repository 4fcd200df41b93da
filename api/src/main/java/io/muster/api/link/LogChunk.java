package io.muster.api.link;

import io.muster.api.bus.Payload;
import io.muster.api.name.InstanceName;
import io.muster.api.request.Response.LogsStopped;
import java.util.List;

/**
 * A piece of the logs that somebody reads, from an agent straight to the reader.
 *
 * @param reading random; when it changes, the agent has begun anew, and so have the numbers
 * @param number counts the chunks from 1; 0 for one that only says how things are
 * @param last the highest number that was sent so far
 * @param lines in order
 * @param stops of which workloads no more comes, after these lines; with number 0 all so far
 * @param unknown nothing is read under this id (any more)
 */
public record LogChunk(
        String reading,
        long number,
        long last,
        List<LogLines> lines,
        List<LogsStopped> stops,
        boolean unknown) {
    /** The most bytes of lines in one chunk. */
    public static final int MAX_BYTES = 64 << 10;

    /** Copies the lists. */
    public LogChunk {
        lines = List.copyOf(lines);
        stops = List.copyOf(stops);
    }

    /** A chunk with something in it. */
    public static LogChunk of(
            String reading, long number, List<LogLines> lines, List<LogsStopped> stops) {
        return new LogChunk(reading, number, number, lines, stops, false);
    }

    /** Says how things are. */
    public static LogChunk status(String reading, long last, List<LogsStopped> stops) {
        return new LogChunk(reading, 0, last, List.of(), stops, false);
    }

    /** Says that nothing is read here under this id. */
    public static LogChunk nothing() {
        return new LogChunk("", 0, 0, List.of(), List.of(), true);
    }

    /**
     * Lines of one workload.
     *
     * @param lines as it wrote them, without the newline
     */
    public record LogLines(InstanceName instance, List<Payload> lines) {
        /** Copies the list. */
        public LogLines {
            lines = List.copyOf(lines);
        }
    }
}

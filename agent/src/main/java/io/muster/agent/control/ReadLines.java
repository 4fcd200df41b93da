package io.muster.agent.control;

import io.muster.api.bus.Payload;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.request.Response.LogEntries;
import io.muster.api.request.Response.LogEntry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that came in one chunk, as they wait for their reader: one piece of memory for each
 * workload, since objects of their own would take many times the room of short lines.
 */
final class ReadLines {
    /** The most bytes of an answer; a single line may be longer. */
    private static final int MAX_BYTES = 32 << 10;

    /** The least that a line takes in an answer besides its text and names. */
    private static final int OVERHEAD = 16;

    private final AgentName agent;
    private final List<Piece> pieces;
    private int piece;
    private int at; // in the bytes of the piece

    /**
     * Lines of one workload.
     *
     * @param text each line ends with a newline, and has none in it
     */
    private record Piece(InstanceName instance, Payload text) {}

    ReadLines(AgentName agent, List<LogLines> lines) {
        this.agent = agent;
        this.pieces = lines.stream().map(ReadLines::piece).toList();
        skipEmpty();
    }

    private static Piece piece(LogLines lines) {
        int size = lines.lines().stream().mapToInt(line -> line.size() + 1).sum();
        var bytes = new ByteArrayOutputStream(size);
        for (Payload line : lines.lines()) {
            bytes.writeBytes(line.bytes());
            bytes.write('\n');
        }
        return new Piece(lines.instance(), Payload.of(bytes.toByteArray()));
    }

    /** Whose chunk it is. */
    AgentName agent() {
        return agent;
    }

    boolean isOver() {
        return piece == pieces.size();
    }

    /** Takes the next lines, for one answer; none if it is over. */
    LogEntries next() {
        var entries = new ArrayList<LogEntry>();
        int size = 0;
        while (!isOver() && (entries.isEmpty() || size < MAX_BYTES)) {
            var current = pieces.get(piece);
            var bytes = current.text().bytes();
            int end = at;
            while (bytes[end] != '\n') {
                end++;
            }
            var text = new String(bytes, at, end - at, StandardCharsets.UTF_8);
            entries.add(new LogEntry(current.instance(), text));
            size += end - at + current.instance().toString().length() + OVERHEAD;
            at = end + 1;
            skipEmpty();
        }
        return new LogEntries(entries);
    }

    private void skipEmpty() {
        while (!isOver() && at == pieces.get(piece).text().size()) {
            piece++;
            at = 0;
        }
    }
}

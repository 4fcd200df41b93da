package io.muster.agent.logs;

import io.muster.agent.reconcile.Whereabouts;
import io.muster.agent.reconcile.Whereabouts.Found;
import io.muster.api.bus.Payload;
import io.muster.api.name.InstanceName;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.Clock;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of one instance for one reader, or what is told of its images.
 *
 * <p>A reader that follows goes on when the instance is started again, be it the same container or
 * a new one of the same instance, until it is over for good: it has ended and its restart policy
 * does not start it again, or it was deleted or replaced.
 */
final class LogSource {
    private static final Logger log = LoggerFactory.getLogger(LogSource.class);

    private static final int READ_BYTES = 16 << 10;

    /** With so much waiting, no more is read. A line counts its bytes and what it costs to keep. */
    private static final int MAX_WAITING = 64 << 10;

    private static final int COST_OF_LINE = 64;

    /** How long a reader may take to see the end of what has ended. */
    private static final Duration END = Duration.ofSeconds(10);

    private final InstanceName instance;
    private final LogSelection selection;
    private final Origin origin;
    private final Serial serial;
    private final Clock clock;
    private final Consumer<LogSource> changed;
    private final ArrayDeque<Payload> lines = new ArrayDeque<>();
    private final byte[] buffer = new byte[READ_BYTES];
    private LineCutter cutter = new LineCutter();
    private int waiting;
    private Phase phase = Phase.NEW;
    private boolean busy;
    private boolean finishing;
    private long openings;
    private long bytes;
    private boolean closed;
    private @Nullable LogReader reader;
    private @Nullable RuntimeId opened;
    private Optional<ProcessRef> process = Optional.empty();
    private Optional<Instant> processEnded = Optional.empty();
    private Optional<LogsStopped> stop = Optional.empty();

    private enum Phase {
        /** Nothing was read yet. */
        NEW,
        /** The runtime was asked, or is read. */
        READING,
        /** All was read that there was; it may be started again. */
        RESTING,
        /** No more comes. */
        ENDED
    }

    /** Where its lines come from. */
    interface Origin {
        /** Says where they can be read; asked again whenever that may have changed. */
        Whereabouts where();

        /** Opens what was found. Blocks. */
        LogReader open(Found found, LogSelection selection) throws RuntimeFailure;

        /** Says whether images are pulled there, and nothing is read that a workload writes. */
        boolean isPull();
    }

    LogSource(
            InstanceName instance,
            LogSelection selection,
            Origin origin,
            Serial serial,
            Clock clock,
            Consumer<LogSource> changed) {
        this.instance = instance;
        this.selection = selection;
        this.origin = origin;
        this.serial = serial;
        this.clock = clock;
        this.changed = changed;
    }

    InstanceName instance() {
        return instance;
    }

    /** Says whether there are lines to take. */
    boolean hasLines() {
        return !lines.isEmpty();
    }

    /** Returns why no more comes, once all lines are taken. */
    Optional<LogsStopped> stop() {
        return lines.isEmpty() ? stop : Optional.empty();
    }

    /** Says whether anything is held for it. */
    boolean isOpen() {
        return phase != Phase.ENDED;
    }

    /** Takes lines of at most so many bytes, but one at least if there is one. */
    List<Payload> take(int bytes) {
        var taken = new ArrayList<Payload>();
        int size = 0;
        while (!lines.isEmpty() && (taken.isEmpty() || size + lines.peek().size() <= bytes)) {
            var line = lines.remove();
            size += line.size() + Integer.BYTES;
            waiting -= line.size() + COST_OF_LINE;
            taken.add(line);
        }
        read();
        return taken;
    }

    /** Says whether images are pulled, and nothing is read that a workload writes. */
    boolean isPull() {
        return origin.isPull();
    }

    /** Looks how the instance is; to be called whenever that may have changed. */
    void look() {
        if (closed) {
            return;
        }
        switch (origin.where()) {
            case Found found -> {
                notice(found);
                switch (phase) {
                    case NEW -> open(found, selection);
                    case READING -> {
                        if (found.over() || !found.id().equals(opened)) {
                            finish();
                        }
                    }
                    case RESTING -> goOn(found);
                    case ENDED -> {}
                }
            }
            case Whereabouts.NotYet(var state) -> {
                if (phase == Phase.NEW) {
                    end("there is nothing to read yet: it is " + state, true);
                } else {
                    finish();
                }
            }
            case Whereabouts.Nowhere() -> {
                switch (phase) {
                    case NEW -> end("it is not on this agent (any more)", true);
                    case READING -> finish();
                    case RESTING -> end("it was deleted", false);
                    case ENDED -> {}
                }
            }
        }
    }

    /** Notes when a process has ended: what its successor writes is written later. */
    private void notice(Found found) {
        if (process.isPresent() && !process.equals(found.process())) {
            processEnded = Optional.of(clock.instant());
            process = Optional.empty();
        }
    }

    private void goOn(Found found) {
        if (!found.id().equals(opened)) {
            open(found, selection.whole());
        } else if (found.process().isPresent()) {
            open(found, selection.after(processEnded.orElseGet(clock::instant)));
        } else if (found.over()) {
            end("", false);
        }
    }

    private void open(Found found, LogSelection wanted) {
        phase = Phase.READING;
        openings++;
        opened = found.id();
        process = found.process();
        busy = true;
        serial.offload(
                () -> origin.open(found, found.over() ? wanted.ending() : wanted),
                (made, failure) -> {
                    busy = false;
                    if (made == null) {
                        end(reason(failure), true);
                    } else if (closed || phase != Phase.READING) {
                        discard(made);
                    } else {
                        reader = made;
                        finishing = false;
                        changed.accept(this); // it may have ended meanwhile
                        read();
                    }
                });
    }

    private void read() {
        var its = reader;
        if (its == null || busy || closed || waiting >= MAX_WAITING) {
            return;
        }
        busy = true;
        serial.offload(
                () -> its.read(buffer),
                (count, failure) -> {
                    busy = false;
                    if (closed) {
                        return;
                    }
                    if (count == null) {
                        over();
                        end(reason(failure), true);
                    } else if (count < 0) {
                        over();
                        ended();
                    } else {
                        bytes += count;
                        cutter.cut(buffer, count, this::add);
                    }
                    changed.accept(this);
                    read();
                });
    }

    private void add(Payload line) {
        lines.add(line);
        waiting += line.size() + COST_OF_LINE;
    }

    /** What was opened has been read to its end. */
    private void over() {
        cutter.last().ifPresent(this::add);
        cutter = new LineCutter();
        discardReader();
    }

    private void ended() {
        boolean over = selection.until().filter(end -> !clock.instant().isBefore(end)).isPresent();
        if (selection.follow() && !over) {
            phase = Phase.RESTING;
        } else {
            end("", false);
        }
    }

    private void finish() {
        var its = reader;
        if (its != null && !finishing) {
            finishing = true;
            its.finish();
            expectEnd(its);
        }
    }

    /** What should see the end itself, and does not, is helped. */
    private void expectEnd(LogReader its) {
        long opening = openings;
        long before = bytes;
        serial.after(
                END,
                () -> {
                    if (openings == opening && reader != null && !closed) {
                        if (busy && bytes == before) {
                            discard(its);
                        } else { // it goes on, or nobody takes what there is
                            expectEnd(its);
                        }
                    }
                });
    }

    private void end(String why, boolean incomplete) {
        if (stop.isEmpty()) {
            phase = Phase.ENDED;
            stop = Optional.of(new LogsStopped(instance, why, incomplete));
            changed.accept(this);
        }
    }

    private String reason(@Nullable Exception failure) {
        if (failure instanceof RuntimeFailure) {
            return String.valueOf(failure.getMessage());
        }
        log.atError()
                .addKeyValue("workload", instance.workload())
                .addKeyValue("agent", instance.agent())
                .setCause(failure)
                .log("reading logs has a fault");
        return "a fault in reading: " + failure;
    }

    private void discardReader() {
        if (reader != null) {
            discard(reader);
            reader = null;
        }
    }

    private void discard(LogReader its) {
        serial.<@Nullable Void>offload(
                () -> {
                    its.close();
                    return null;
                },
                (_, _) -> {});
    }

    /** Stops reading. */
    void close() {
        closed = true;
        phase = Phase.ENDED;
        lines.clear();
        discardReader();
    }

    /** Stops reading before this returns: the agent ends. */
    void closeNow() {
        closed = true;
        if (reader != null) {
            reader.close();
        }
    }
}

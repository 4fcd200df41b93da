package io.muster.broker;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what was refused, so many lines per interval; the rest is counted, and told at its end. A
 * client that is wrong in a loop thus cannot fill the log. Safe for several threads.
 */
final class RefusalLog {
    private static final int LINES = 20;
    private static final long INTERVAL_SECONDS = 10;

    private final Logger log;
    private final EventExecutor timer;
    private int lines;
    private int untold;

    RefusalLog(Logger log, EventExecutor timer) {
        this.log = log;
        this.timer = timer;
    }

    /** Warns. */
    void warn(Consumer<LoggingEventBuilder> line) {
        if (mayLog()) {
            line.accept(log.atWarn());
        }
    }

    private synchronized boolean mayLog() {
        if (lines == 0) {
            var _ = timer.schedule(this::intervalEnds, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
        if (lines >= LINES) {
            untold++;
            return false;
        }
        lines++;
        return true;
    }

    private synchronized void intervalEnds() {
        if (untold > 0) {
            log.atWarn()
                    .addKeyValue("count", untold)
                    .addKeyValue("seconds", INTERVAL_SECONDS)
                    .log("more was refused than is logged");
        }
        lines = 0;
        untold = 0;
    }
}

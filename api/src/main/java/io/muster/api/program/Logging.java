package io.muster.api.program;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * The form of the log: one line per event on standard error, with a time stamp unless journald adds
 * its own.
 *
 * <p>Found by logback as a service, so that no configuration file is read at start.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var layout = new LogLine(System.getenv("JOURNAL_STREAM") == null);
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN); // libraries; Muster's own level is set below
        root.addAppender(appender);
        context.getLogger("io.muster").setLevel(Level.INFO);
        context.getLogger("io.moquette").setLevel(Level.ERROR);
        // It takes it for an error that a client leaves while it connects.
        context.getLogger("io.moquette.broker.MQTTConnection").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * Sets the level of Muster's own lines; {@code debug} and {@code trace} also show those of the
     * libraries.
     */
    public static void level(LogLevel level) {
        var chosen = Level.valueOf(level.name());
        logger("io.muster").setLevel(chosen);
        if (Level.DEBUG.isGreaterOrEqual(chosen)) {
            logger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
            logger("io.moquette").setLevel(Level.INFO);
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    /** How much is logged. */
    public enum LogLevel {
        /** Somebody must act. */
        ERROR,
        /** Unexpected, and handled. */
        WARN,
        /** What an operator would want to have seen. */
        INFO,
        /** How it was decided. */
        DEBUG,
        /** Everything. */
        TRACE
    }
}

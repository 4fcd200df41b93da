package io.muster.api.program;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * One line per event: time, level, where from, what, and then what it is about as {@code
 * key="value"}. A value is escaped as in JSON, so that it stays within its quotes and on its line,
 * whatever a workload or a runtime has said.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
                    .withZone(ZoneId.systemDefault());
    private static final Pattern LINE_END = Pattern.compile("\\s*\\R\\s*");

    private final boolean timed;

    /**
     * Makes a layout.
     *
     * @param timed whether lines begin with the time; journald adds its own
     */
    LogLine(boolean timed) {
        this.timed = timed;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringBuilder();
        if (timed) {
            TIME.formatTo(event.getInstant(), line);
            line.append(' ');
        }
        var name = event.getLoggerName();
        line.append("%-5s ".formatted(event.getLevel()))
                .append(name.substring(name.lastIndexOf('.') + 1))
                .append(": ");
        escape(event.getFormattedMessage(), line);
        if (event.getKeyValuePairs() != null) {
            for (var pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append("=\"");
                escape(String.valueOf(pair.value), line);
                line.append('"');
            }
        }
        if (event.getThrowableProxy() != null) {
            var trace = ThrowableProxyUtil.asString(event.getThrowableProxy()).strip();
            line.append(" | ").append(LINE_END.matcher(trace).replaceAll(" | "));
        }
        return line.append('\n').toString();
    }

    private static void escape(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        line.append("\\u%04x".formatted((int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
    }
}

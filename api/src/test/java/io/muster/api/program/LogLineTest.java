package io.muster.api.program;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class LogLineTest {
    private final LoggingEvent event = new LoggingEvent();

    LogLineTest() {
        event.setLoggerContext(new LoggerContext());
        event.setLoggerName("io.muster.server.Main");
        event.setLevel(Level.WARN);
        event.setMessage("agent is in trouble");
        event.setInstant(Instant.EPOCH);
    }

    @Test
    void has_level_place_message_and_what_it_is_about() {
        event.addKeyValuePair(new KeyValuePair("agent", "bow"));
        event.addKeyValuePair(new KeyValuePair("count", 2));
        assertThat(new LogLine(false).doLayout(event))
                .isEqualTo("WARN  Main: agent is in trouble agent=\"bow\" count=\"2\"\n");
        assertThat(new LogLine(true).doLayout(event))
                .matches("19(69|70)-\\S+T\\S+:00\\.000\\S+ WARN  Main: (?s).*");
    }

    @Test
    void keeps_whatever_is_said_within_its_quotes_and_on_its_line() {
        event.addKeyValuePair(new KeyValuePair("reason", "\"web\" said:\n\033[2J\\"));
        assertThat(new LogLine(false).doLayout(event))
                .endsWith("reason=\"\\\"web\\\" said:\\n\\u001b[2J\\\\\"\n");
    }
}

package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.outcome.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1883, 127.0.0.1, 1883",
        "[::1]:1883, ::1, 1883",
        "[::]:0, ::, 0",
        "broker.example.com:65535, broker.example.com, 65535",
        "localhost:1, localhost, 1"
    })
    void is_read_and_written_as_host_and_port(String text, String host, int port) {
        var address = new ListenAddress(host, port);
        assertThat(ListenAddress.parse(text)).isEqualTo(Outcome.accepted(address));
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                ":1883",
                "::1",
                "::1:1883",
                "[::1]",
                "[::1]1883",
                "localhost:",
                "localhost:http",
                "localhost:-1",
                "localhost:65536",
                "localhost:999999",
                "mqtt://localhost:1883",
                "local host:1883",
                "[]:1883"
            })
    void is_refused_with_an_example_when_it_is_anything_else(String text) {
        assertThat(ListenAddress.parse(text))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.problems().toString())
                                        .contains("\"" + text + "\"")
                                        .contains("127.0.0.1:1883"));
    }

    @Test
    void says_that_brackets_are_missing() {
        assertThat(ListenAddress.parse("fe80::1:1883").toString()).contains("without brackets");
    }
}

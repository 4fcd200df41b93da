package io.muster.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MqttAddressTest {
    @ParameterizedTest
    @CsvSource({
        "mqtt://broker, broker, 1883, false",
        "mqtt://broker:2000, broker, 2000, false",
        "mqtts://broker.example, broker.example, 8883, true",
        "MQTT://127.0.0.1:1, 127.0.0.1, 1, false",
        "mqtt://[::1], ::1, 1883, false",
        "mqtts://[fe80::1]:9000/, fe80::1, 9000, true",
        "' mqtt://broker ', broker, 1883, false",
    })
    void reads_scheme_host_and_port(String text, String host, int port, boolean tls) {
        assertThat(MqttAddress.parse(text)).isEqualTo(new MqttAddress(host, port, tls));
    }

    @ParameterizedTest
    @CsvSource({
        "broker:1883, begin with mqtt",
        "broker, is no address of a broker",
        "'', is no address of a broker",
        "http://broker, begin with mqtt",
        "mqtt://, is no address of a broker",
        "mqtt://bro ker, is no address of a broker",
        "mqtt://broker:port, has no valid host",
        "mqtt://bad_host, has no valid host",
        "mqtt://broker:0, ports are 1 to 65535",
        "mqtt://broker:65536, ports are 1 to 65535",
        "mqtt://me:secret@broker, by their own options",
        "mqtt://broker/path, something after",
        "mqtt://broker?x=1, something after",
    })
    void says_what_is_wrong_and_quotes_it(String text, String what) {
        assertThatThrownBy(() -> MqttAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining(what);
    }

    @Test
    void is_written_as_it_is_read() {
        for (var text : new String[] {"mqtt://broker:1883", "mqtts://[::1]:8883"}) {
            assertThat(MqttAddress.parse(text)).hasToString(text);
        }
    }
}

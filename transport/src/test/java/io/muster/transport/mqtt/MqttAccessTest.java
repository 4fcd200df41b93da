package io.muster.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.program.BrokerLogin;
import io.muster.api.program.ProgramFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MqttAccessTest {
    private static final MqttAddress PLAIN = MqttAddress.parse("mqtt://broker");
    private static final MqttAddress ENCRYPTED = MqttAddress.parse("mqtts://broker");

    @TempDir private Path folder = Path.of("");

    @Test
    void nothing_said_is_open() throws Exception {
        assertThat(MqttAccess.of(PLAIN, BrokerLogin.NONE)).isEqualTo(MqttAccess.OPEN);
    }

    @Test
    void takes_the_first_line_of_the_file_as_it_is() throws Exception {
        var file = Files.writeString(folder.resolve("password"), " two words \nand a note\n");
        assertThat(MqttAccess.of(PLAIN, login("me", null, file, null)).credentials())
                .contains(new Credentials("me", " two words "));
    }

    @Test
    void a_user_may_have_no_password() throws Exception {
        assertThat(MqttAccess.of(PLAIN, login("me", null, null, null)).credentials())
                .contains(new Credentials("me", ""));
    }

    @Test
    void says_what_does_not_fit_together_and_what_to_do() throws Exception {
        var there = Files.writeString(folder.resolve("there"), "text");
        refused(PLAIN, login(null, "secret", null, null), "add --broker-user");
        refused(PLAIN, login("me", "secret", there, null), "both are given; leave one out");
        refused(PLAIN, login(null, null, null, there), "mqtt://broker:1883 is without TLS");
        refused(ENCRYPTED, login(null, null, null, there), "no PEM file of certificates");
        var missing = folder.resolve("missing");
        refused(ENCRYPTED, login(null, null, null, missing), "--broker-ca: there is no file");
        refused(PLAIN, login("me", null, missing, null), "--broker-password-file: there is no");
        var binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0});
        refused(PLAIN, login("me", null, binary, null), "is no text in UTF-8");
    }

    private static void refused(MqttAddress address, BrokerLogin login, String reason) {
        assertThatThrownBy(() -> MqttAccess.of(address, login))
                .isInstanceOf(ProgramFailure.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret");
    }

    private static BrokerLogin login(
            @Nullable String user,
            @Nullable String password,
            @Nullable Path passwordFile,
            @Nullable Path authorities) {
        return new BrokerLogin(
                Optional.ofNullable(user),
                Optional.ofNullable(password),
                Optional.ofNullable(passwordFile),
                Optional.ofNullable(authorities));
    }
}

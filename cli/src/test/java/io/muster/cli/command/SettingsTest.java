package io.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.ClusterName;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.ProgramFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
    private static final Settings BUILT_IN =
            new Settings(
                    "mqtt://127.0.0.1:1883",
                    new ClusterName("default"),
                    false,
                    false,
                    false,
                    false,
                    BrokerLogin.NONE,
                    Duration.ofSeconds(3));

    @TempDir Path home;
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void has_defaults() throws Exception {
        assertThat(settings()).isEqualTo(BUILT_IN);
    }

    @Test
    void prefers_flags_to_environment_to_file() throws Exception {
        var file =
                config(
                        "file.conf",
                        """
                        version = 'v1'
                        server_url = 'file'
                        cluster = 'file'
                        insecure = true
                        response_timeout = 1
                        verbose = true
                        quiet = true
                        no_wait = true
                        """);
        assertThat(settings("-x", file))
                .isEqualTo(
                        new Settings(
                                "file",
                                new ClusterName("file"),
                                true,
                                true,
                                true,
                                true,
                                BrokerLogin.NONE,
                                Duration.ofMillis(1)));
        environment.putAll(
                Map.of(
                        "MUSTER_SERVER_URL", "env",
                        "MUSTER_CLUSTER", "env",
                        "MUSTER_INSECURE", "false",
                        "MUSTER_RESPONSE_TIMEOUT", "2",
                        "MUSTER_VERBOSE", "0",
                        "MUSTER_QUIET", "FALSE",
                        "MUSTER_NO_WAIT", ""));
        assertThat(settings("-x", file))
                .isEqualTo(
                        new Settings(
                                "env",
                                new ClusterName("env"),
                                false,
                                false,
                                false,
                                false,
                                BrokerLogin.NONE,
                                Duration.ofMillis(2)));
        assertThat(
                        settings(
                                "-x",
                                file,
                                "-s",
                                "flag",
                                "--cluster=flag",
                                "-kvq",
                                "--no-wait",
                                "--response-timeout",
                                "3600000"))
                .isEqualTo(
                        new Settings(
                                "flag",
                                new ClusterName("flag"),
                                true,
                                true,
                                true,
                                true,
                                BrokerLogin.NONE,
                                Duration.ofHours(1)));
        environment.put("MUSTER_INSECURE", "true");
        assertThat(settings("--insecure=false").insecure()).isFalse();
    }

    @Test
    void knows_how_to_get_into_a_broker() throws Exception {
        environment.put("MUSTER_BROKER_PASSWORD", "secret");
        assertThat(settings("--broker-user", "me", "--broker-ca", "ca.pem").login())
                .isEqualTo(
                        new BrokerLogin(
                                Optional.of("me"),
                                Optional.of("secret"),
                                Optional.empty(),
                                Optional.of(Path.of("ca.pem"))));
    }

    @Test
    void finds_the_file_at_home_or_where_the_environment_says() throws Exception {
        Files.createDirectories(home.resolve(".config/muster"));
        config(".config/muster/muster.conf", "version = 'v1'\n[default]\nserver_url = 'home'\n");
        environment.put("HOME", home.toString());
        assertThat(settings().serverUrl()).isEqualTo("home");
        environment.put(
                "MUSTER_CONFIG", config("other.conf", "version = 'v1'\nserver_url = 'other'\n"));
        assertThat(settings().serverUrl()).isEqualTo("other");
    }

    @Test
    void does_not_take_the_config_of_a_workload_for_its_own() throws Exception {
        assertThat(
                        Settings.of(
                                Commands.muster()
                                        .parseArgs(
                                                "run",
                                                "workload",
                                                "x",
                                                "--runtime",
                                                "r",
                                                "--agent",
                                                "a",
                                                "--config",
                                                "command: sleep"),
                                environment))
                .isEqualTo(BUILT_IN);
    }

    @Test
    void refuses_files_that_are_missing_or_wrong() throws IOException {
        assertThatThrownBy(() -> settings("-x", home + "/none"))
                .isInstanceOf(ProgramFailure.class)
                .hasMessageContaining("none: there is no such file");
        var file = config("wrong.conf", "version = 'v1'\nserver_ur = 'x'\n");
        assertThatThrownBy(() -> settings("-x", file))
                .isInstanceOf(ProgramFailure.class)
                .hasMessageContaining("wrong.conf:2: server_ur")
                .hasMessageContaining("is no key here; did you mean \"server_url\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--response-timeout=0       | --response-timeout: \"0\" is no number of"
                        + " milliseconds from 1 to 3600000",
                "--response-timeout=soon    | --response-timeout: \"soon\" is no number of"
                        + " milliseconds from 1 to 3600000",
                "--response-timeout=3600001 | --response-timeout: \"3600001\" is no number of"
                        + " milliseconds from 1 to 3600000",
                "--cluster=a/b              | --cluster: \"a/b\" has characters other than"
                        + " [a-zA-Z0-9_-]; leave them out",
            })
    void refuses_values_that_make_no_sense(String flag, String message) {
        assertThatThrownBy(() -> settings(flag))
                .isInstanceOf(ProgramFailure.class)
                .hasMessage(message);
    }

    @Test
    void names_the_variable_or_the_key_that_makes_no_sense() throws IOException {
        environment.put("MUSTER_INSECURE", "perhaps");
        assertThatThrownBy(this::settings)
                .isInstanceOf(ProgramFailure.class)
                .hasMessage("MUSTER_INSECURE: \"perhaps\" is neither true nor false");
        environment.clear();
        var file = config("odd.conf", "version = 'v1'\nno_wait = 7\n");
        assertThatThrownBy(() -> settings("-x", file))
                .isInstanceOf(ProgramFailure.class)
                .hasMessage(file + ":2: no_wait: \"7\" is neither true nor false");
    }

    @Test
    void tells_all_that_is_wrong_at_once() throws IOException {
        environment.put("MUSTER_INSECURE", "perhaps");
        var file =
                config(
                        "odd.conf",
                        """
                        version = 'v1'
                        no_wait = 7
                        server_ur = 'x'
                        quiet = [1]
                        response_timeout = 'soon'
                        """);
        assertThatThrownBy(() -> settings("-x", file, "--cluster=a/b"))
                .isInstanceOf(ProgramFailure.class)
                .hasMessageContaining("odd.conf:3: server_ur: is no key here")
                .hasMessageContaining("odd.conf:4: quiet: is a list or a table")
                .hasMessageContaining("odd.conf:2: no_wait: \"7\" is neither true nor false")
                .hasMessageContaining("odd.conf:5: response_timeout: \"soon\" is no number")
                .hasMessageContaining("MUSTER_INSECURE: \"perhaps\" is neither true nor false")
                .hasMessageContaining("--cluster: \"a/b\" has characters");
    }

    private String config(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text).toString();
    }

    private Settings settings(String... words) throws ProgramFailure {
        var line = new ArrayList<>(List.of(words));
        line.addAll(List.of("get", "agents"));
        return Settings.of(Commands.muster().parseArgs(line.toArray(String[]::new)), environment);
    }
}

package io.muster.api.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

final class ProgramTest {
    @TempDir Path folder;

    private final Sample sample = new Sample();
    private String errors = "";

    @Test
    void prefers_flags_to_environment_to_file_to_defaults() throws IOException {
        var file =
                config("version = 'v1'\nserver_url = 'from-file'\nretries = 3\ninsecure = true\n");
        assertThat(run(Map.of(), "-x", file)).isZero();
        assertThat(sample.seen()).isEqualTo("from-file 3 true");
        assertThat(run(Map.of("SAMPLE_SERVER_URL", "from-env"), "-x", file)).isZero();
        assertThat(sample.seen()).isEqualTo("from-env 3 true");
        assertThat(run(Map.of("SAMPLE_SERVER_URL", "from-env"), "-x", file, "-s", "from-flag"))
                .isZero();
        assertThat(sample.seen()).isEqualTo("from-flag 3 true");
        assertThat(run(Map.of("SAMPLE_INSECURE", "true"))).isZero();
        assertThat(sample.seen()).isEqualTo("built-in 1 true");
    }

    @Test
    void takes_keys_of_the_default_table_for_keys_of_the_top() throws IOException {
        assertThat(run(Map.of(), "-x", config("version = 'v1'\n[default]\nserver_url = 'there'\n")))
                .isZero();
        assertThat(sample.seen()).startsWith("there");
    }

    @Test
    void refuses_unknown_keys_with_the_nearest_known_one() throws IOException {
        assertThat(run(Map.of(), "--config=" + config("version = 'v1'\nserver_ulr = 'x'\n")))
                .isEqualTo(1);
        assertThat(errors)
                .contains(
                        "muster.conf:2: server_ulr: is no key here; did you mean \"server_url\"?");
    }

    @Test
    void names_file_line_and_column_of_what_is_not_toml() throws IOException {
        assertThat(run(Map.of(), "-x", config("version = 'v1'\nserver_url = \n"))).isEqualTo(1);
        assertThat(errors).contains("muster.conf:2:").contains("not TOML");
    }

    @Test
    void refuses_a_file_without_its_version_and_one_that_is_not_there() throws IOException {
        assertThat(run(Map.of(), "-x", config("server_url = 'x'\n"))).isEqualTo(1);
        assertThat(errors).contains("version is missing; write version = 'v1'");
        assertThat(run(Map.of(), "-x", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(errors).contains("there is no such file; name another");
    }

    @Test
    void tells_misuse_from_failure() {
        assertThat(run(Map.of(), "--retries", "many")).isEqualTo(2);
        assertThat(errors)
                .contains("error: --retries: 'many' is not an int")
                .contains("Try 'sample --help'.");
        assertThat(run(Map.of("SAMPLE_INSECURE", "perhaps"))).isEqualTo(2);
        assertThat(errors).contains("error: SAMPLE_INSECURE: 'perhaps' is not a boolean");
        assertThat(run(Map.of("SAMPLE_SERVER_URL", "wrong"))).isEqualTo(2);
        assertThat(errors).contains("error: SAMPLE_SERVER_URL: \"wrong\" is no URL");
        assertThat(run(Map.of(), "-swrong")).isEqualTo(2);
        assertThat(errors).contains("error: --server-url: \"wrong\" is no URL");
        assertThat(run(Map.of(), "--unknown")).isEqualTo(2);
        assertThat(run(Map.of(), "--server-url", "fail")).isEqualTo(1);
        assertThat(errors).isEqualToIgnoringNewLines("error: no server there; start one");
    }

    @Test
    void names_file_and_line_of_a_value_that_makes_no_sense() throws IOException {
        var file = config("version = 'v1'\n\nretries = 'many'\nserver_url = 'wrong'\n");
        assertThat(run(Map.of(), "-x", file)).isEqualTo(1);
        assertThat(errors).contains("muster.conf:3: retries: 'many' is not an int");
        assertThat(run(Map.of(), "-x", file, "--retries=1")).isEqualTo(1);
        assertThat(errors)
                .contains("muster.conf:4: server_url: \"wrong\" is no URL")
                .doesNotContain("--help");
    }

    @Test
    void tells_all_problems_at_once_each_with_its_place_value_and_remedy() throws IOException {
        var file =
                config(
                        """
                        version = 'v1'
                        retries = 'many'
                        insecure = 'perhaps'
                        server_ulr = 'x'
                        names = 'ann'
                        tags = ['a=b']
                        patience = [1]
                        server_url = 'wrong'
                        """);
        assertThat(run(Map.of(), "-x", file)).isEqualTo(1);
        assertThat(errors.lines())
                .containsExactlyInAnyOrder(
                        "error: %s:4: server_ulr: is no key here; did you mean \"server_url\"?"
                                .formatted(file),
                        "error: %s:5: names: 'ann' is no list; write names = [\"...\"]"
                                .formatted(file),
                        "error: %s:6: tags: is no table; write tags = { key = \"value\" }"
                                .formatted(file),
                        "error: %s:7: patience: is a list or a table; write a single value"
                                .formatted(file),
                        "error: %s:2: retries: 'many' is not an int; write a whole number"
                                .formatted(file),
                        "error: %s:3: insecure: 'perhaps' is not a boolean; write true or false"
                                .formatted(file),
                        "error: %s:8: server_url: \"wrong\" is no URL; write another"
                                .formatted(file));
    }

    @Test
    void tells_all_problems_of_command_line_environment_and_file_at_once() throws IOException {
        var file = config("version = 'v1'\npatience = 0\n");
        var environment = Map.of("SAMPLE_INSECURE", "perhaps");
        assertThat(run(environment, "--retries", "many", "-x", file, "-swrong", "--what"))
                .isEqualTo(2);
        assertThat(errors)
                .contains("--retries: 'many' is not an int")
                .contains("SAMPLE_INSECURE: 'perhaps' is not a boolean")
                .contains("--server-url: \"wrong\" is no URL")
                .contains("muster.conf:2: patience: 0 is not possible; write a number from 1 to 9")
                .contains("--what");
        assertThat(run(Map.of(), "--patience=0")).isEqualTo(2);
        assertThat(errors).contains("error: --patience: 0 is not possible");
    }

    private String config(String text) throws IOException {
        var file = folder.resolve("muster.conf");
        Files.writeString(file, text);
        return file.toString();
    }

    private int run(Map<String, String> environment, String... arguments) {
        var program = new Program("sample", "SAMPLE_", List.of("-x", "--config"), List.of());
        var captured = new ByteArrayOutputStream();
        var before = System.err;
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            return program.run(sample, arguments, environment);
        } finally {
            System.setErr(before);
            errors = captured.toString(StandardCharsets.UTF_8);
        }
    }

    @Command(mixinStandardHelpOptions = true)
    @SuppressWarnings("UnusedVariable") // some options are there to be given only
    private static final class Sample implements Callable<Integer>, Complaints.Judge {
        @Option(names = {"-x", "--config"})
        Path config = Path.of("unset");

        @Option(
                names = {"-s", "--server-url"},
                defaultValue = "built-in")
        String serverUrl = "";

        @Option(names = "--retries", defaultValue = "1")
        int retries;

        @Option(names = "--patience", defaultValue = "1")
        int patience;

        @Option(names = "--names")
        List<String> names = List.of();

        @Option(names = "--tags")
        Map<String, String> tags = Map.of();

        @Option(names = {"-k", "--insecure"})
        boolean insecure;

        String seen() {
            return serverUrl + " " + retries + " " + insecure;
        }

        @Override
        public void judge(Complaints complaints) {
            complaints.range("--patience", patience, 1, 9);
            if (serverUrl.equals("wrong")) {
                complaints.about("--server-url", "\"wrong\" is no URL; write another");
            }
        }

        @Override
        public Integer call() throws ProgramFailure {
            if (serverUrl.equals("fail")) {
                throw new ProgramFailure("no server there; start one");
            }
            return Program.DONE;
        }
    }
}

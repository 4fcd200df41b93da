package io.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** How command lines are read: the conventions that the library is asked to keep. */
final class CommandsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "apply                                | apply {} []",
                "-s x apply                           | apply {--server-url=x} []",
                "-sx apply                            | apply {--server-url=x} []",
                "-s=x apply                           | apply {--server-url=x} []",
                "--server-url x apply                 | apply {--server-url=x} []",
                "--server-url=x=y apply               | apply {--server-url=x=y} []",
                "--server-url= apply                  | apply {--server-url=} []",
                "-kq -s - apply                       | apply {--insecure=true, --server-url=-} []",
                "-kqsx apply                          | apply {--insecure=true, --server-url=x} []",
                "--insecure=false apply               | apply {--insecure=false} []",
                "-k get workload a b                  | workloads {--insecure=true} [a, b]",
                "get workloads a -w b -s x            | workloads {--watch=true, --state=x} [a, b]",
                "apply - -- -d --                     | apply {} [-, -d, --]",
                "apply a -d --agent= b                | apply {--delete=true, --agent=} [a, b]",
                "apply @a ${x}                        | apply {} [@a, ${x}]",
                "run workload x --runtime r --agent a --config - | workload"
                        + " {--runtime=r, --agent=a, --config=-} [x]",
                "run workload --runtime r --agent a --config=@x x --tags a=b --tags c | workload"
                        + " {--runtime=r, --agent=a, --config=@x, --tags=[a=b, c]} [x]",
            })
    void are_read(String words, String expected) {
        assertThat(told(Commands.muster().parseArgs(words.split(" +")))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "appli                 | muster               | Unmatched argument at index 0:"
                        + " 'appli'",
                "get workloads --whatever | muster get workloads | Unknown option: '--whatever'",
                "apply -kz             | muster apply         | Unknown option: '-kz'",
                "-s                    | muster               | Missing required parameter for"
                        + " option '--server-url' (URL)",
                "-s -k apply           | muster               | Expected parameter for option"
                        + " '--server-url' but found '-k'",
                "-s a -s b apply       | muster               | option '--server-url' (URL) should"
                        + " be specified only once",
                "--insecure=yes apply  | muster               | Invalid value for option"
                        + " '--insecure': 'yes' is not a boolean",
                "get agents x          | muster get agents    | Unmatched argument at index 2: 'x'",
                "run workload a b --runtime=r --agent=a --config=c | muster run workload |"
                        + " Unmatched argument at index 3: 'b'",
                "run workload x --agent a | muster run workload | Missing required options:"
                        + " '--runtime=RUNTIME', '--config=CONFIG'",
                "run workload --runtime=r --agent=a --config=c | muster run workload | Missing"
                        + " required parameter: 'NAME'",
                "delete workload       | muster delete workload | Missing required parameter:"
                        + " 'NAME'",
                "completion            | muster completion    | Missing required parameter:"
                        + " 'SHELL'",
            })
    void are_refused(String words, String command, String message) {
        var misuse =
                catchThrowableOfType(
                        ParameterException.class,
                        () -> Commands.muster().parseArgs(words.split(" +")));
        assertThat(misuse).hasMessage(message);
        assertThat(misuse.getCommandLine().getCommandSpec().qualifiedName()).isEqualTo(command);
    }

    @Test
    void declare_what_they_do_or_what_is_below_them() {
        check(Commands.muster());
    }

    private static void check(CommandLine command) {
        var spec = command.getCommandSpec();
        assertThat(
                        spec.userObject() instanceof Action
                                || spec.userObject() instanceof Question
                                || spec.userObject() instanceof Guide)
                .as(spec.qualifiedName())
                .isEqualTo(command.getSubcommands().isEmpty());
        assertThat(command.getUsageMessage()).startsWith("Usage: " + spec.qualifiedName());
        command.getSubcommands().values().forEach(CommandsTest::check);
    }

    private static String told(ParseResult whole) {
        var at = whole;
        var given = new ArrayList<String>();
        while (true) {
            for (var option : at.matchedOptionsSet()) {
                if (!option.longestName().equals("--quiet")) {
                    given.add(option.longestName() + "=" + option.<Object>getValue());
                }
            }
            if (!at.hasSubcommand()) {
                break;
            }
            at = at.subcommand();
        }
        return "%s {%s} %s"
                .formatted(at.commandSpec().name(), String.join(", ", given), Call.operands(at));
    }
}

package io.muster.cli.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.cli.Golden;
import io.muster.cli.arguments.Command.Operands;
import io.muster.cli.arguments.Line.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LineReaderTest {
    private static final Option URL =
            Option.value("-s", "--server-url", "URL", "Where the server is. Default: here");
    private static final Option LOUD = Option.flag("-l", "--loud", "Say more.");
    private static final Option BRIEF = Option.flag("-b", "", "Say less.");
    private static final Option COLOUR =
            Option.value("", "--colour", "COLOUR", "What colour it is to have.").mandatory();
    private static final Option TAG =
            Option.value("-t", "--tag", "KEY=VALUE", "A tag; may be given more than once.").many();

    private static final Command<String> PROGRAM =
            Command.group(
                    "ship",
                    "Steers a ship.\n\nEverything else is left to the sea, which does not ask"
                            + " anybody and never did, as far as anyone remembers.",
                    List.of(URL, LOUD, BRIEF),
                    List.of(
                            Command.<String>of(
                                            "paint",
                                            "Paints it.\n\nTwice if need be.",
                                            "paint",
                                            List.of(COLOUR, TAG))
                                    .with(Operands.some("PART", "What to paint.")),
                            Command.of("sink", "Sinks it.", "sink", List.of()),
                            Command.group(
                                    "show",
                                    "Shows something.",
                                    List.of(),
                                    List.of(
                                            Command.<String>of(
                                                            "crew",
                                                            "Shows the crew.",
                                                            "crew",
                                                            List.of(LOUD))
                                                    .alias("sailors")
                                                    .with(Operands.any("NAME", "Only these.")),
                                            Command.<String>of(
                                                            "course",
                                                            "Shows the course.",
                                                            "course",
                                                            List.of())
                                                    .with(Operands.one("LEG", "Which leg."))))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sink                               | sink {} []",
                "-s x sink                          | sink {-s=[x]} []",
                "-sx sink                           | sink {-s=[x]} []",
                "-s=x sink                          | sink {-s=[x]} []",
                "--server-url x sink                | sink {-s=[x]} []",
                "--server-url=x=y sink              | sink {-s=[x=y]} []",
                "--server-url= sink                 | sink {-s=[]} []",
                "-lb -s - sink                      | sink {-s=[-], -l=[true], -b=[true]} []",
                "-lbsx sink                         | sink {-s=[x], -l=[true], -b=[true]} []",
                "-l --loud=false sink               | sink {-l=[true, false]} []",
                "show crew                          | crew {} []",
                "show sailors a b                   | crew {} [a, b]",
                "show crew a -l b                   | crew {-l=[true]} [a, b]",
                "-l show crew                       | crew {-l=[true]} []",
                "show crew - -- -l --               | crew {} [-, -l, --]",
                "paint --colour --- x               | paint {--colour=[---]} [x]",
                "paint x --colour=-t -t a=b -t c    | paint {--colour=[-t], -t=[a=b, c]} [x]",
                "show course here                   | course {} [here]",
            })
    void reads(String words, String expected) throws Misuse {
        var line = read(words);
        assertThat(line.asked()).isEqualTo(Asked.ACTION);
        assertThat(line.command().action().orElse("") + " " + values(line) + " " + line.operands())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sing             | ship      | \"sing\" is no command of ship; did you mean"
                        + " \"sink\"?",
                "explode          | ship      | \"explode\" is no command of ship; there are:"
                        + " paint, sink, show",
                "show crow        | ship show | \"crow\" is no command of ship show; did you mean"
                        + " \"crew\"?",
                "--servr-url x    | ship      | --servr-url is no option of ship; did you mean"
                        + " --server-url?",
                "-z sink          | ship      | -z is no option of ship",
                "-lz sink         | ship      | -z is no option of ship",
                "sink -s x        | ship sink | -s is an option of ship; write it before \"sink\"",
                "show course -s x | ship show course | -s is an option of ship; write it before"
                        + " \"show\"",
                "-s               | ship      | --server-url needs a value: --server-url URL",
                "-s -l sink       | ship      | --server-url needs a value, and -l is an option; if"
                        + " it is the value, write --server-url=-l",
                "-s a -s b sink   | ship      | --server-url is given twice, \"a\" and \"b\"; leave"
                        + " one out",
                "--loud=yes sink  | ship      | --loud=yes: write --loud, or --loud=false",
                "sink now         | ship sink | ship sink takes nothing but options, and \"now\" is"
                        + " too much",
                "show course a b  | ship show course | ship show course takes one LEG, and \"b\" is"
                        + " too much",
                "show course      | ship show course | ship show course needs LEG",
                "paint x          | ship paint | ship paint needs --colour COLOUR",
                "paint --colour x | ship paint | ship paint needs PART...",
            })
    void refuses(String words, String command, String message) {
        var misuse = catchThrowableOfType(Misuse.class, () -> read(words));
        assertThat(misuse).hasMessage(message);
        assertThat(misuse.command()).isEqualTo(command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | GUIDANCE | ship",
                "-l                | GUIDANCE | ship",
                "show              | GUIDANCE | ship show",
                "--help            | HELP     | ship",
                "-h                | HELP     | ship",
                "-lh sink          | HELP     | ship",
                "help              | HELP     | ship",
                "help show         | HELP     | ship show",
                "help show sailors | HELP     | ship show crew",
                "show help course  | HELP     | ship show course",
                "paint -h          | HELP     | ship paint",
                "show crew help    | ACTION   | ship show crew",
            })
    void tells_what_is_asked_for(String words, Asked asked, String path) throws Misuse {
        var line = read(words);
        assertThat(line.asked()).isEqualTo(asked);
        assertThat(line.words()).isEqualTo(path);
    }

    @Test
    void helps() throws Misuse {
        Golden.check("arguments-help-program", Help.of(read("--help").path()));
        Golden.check("arguments-help-paint", Help.of(read("paint --help").path()));
        Golden.check("arguments-help-show", Help.of(read("show --help").path()));
        Golden.check("arguments-help-crew", Help.of(read("show crew --help").path()));
    }

    private static Line<String> read(String words) throws Misuse {
        return LineReader.read(
                PROGRAM, words.isBlank() ? List.of() : List.of(words.strip().split(" +")));
    }

    private static String values(Line<String> line) {
        var text = new ArrayList<String>();
        for (var option : List.of(URL, LOUD, BRIEF, COLOUR, TAG)) {
            if (line.values().containsKey(option)) {
                var name = option.shortName().isEmpty() ? option.name() : option.shortName();
                text.add(name + "=" + line.all(option));
            }
        }
        return "{" + String.join(", ", text) + "}";
    }
}

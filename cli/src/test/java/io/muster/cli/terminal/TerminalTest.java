package io.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TerminalTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void colours_only_what_shows_colours() {
        terminal(false).error("no");
        terminal(true).error("yes");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("error: no\n\033[1;31merror:\033[0m yes\n");
    }

    @Test
    void tells_details_only_to_those_who_want_them() {
        var terminal = terminal(false);
        terminal.debug(() -> "one");
        terminal.choose(true, false);
        terminal.debug(() -> "two");
        terminal.choose(true, true);
        terminal.debug(() -> "three");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("debug: two\n");
    }

    @Test
    void keeps_quiet_about_everything_but_results_warnings_and_errors() {
        var terminal = terminal(false);
        terminal.choose(false, true);
        terminal.inform(List.of("progress"));
        terminal.note("note");
        terminal.warn("old");
        terminal.error("wrong");
        terminal.print(List.of("result"));
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("warning: old\nerror: wrong\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("result\n");
    }

    @Test
    void knows_that_nothing_has_to_fit_where_there_is_no_terminal() {
        // the standard output of a test is a pipe
        assertThat(Terminal.ofProcess(Map.of()).window()).isEqualTo(WindowSize.UNBOUNDED);
        assertThat(Terminal.ofProcess(Map.of()).isDrawable()).isFalse();
    }

    @Test
    void takes_the_usual_size_where_the_terminal_tells_none() {
        assertThat(WindowSize.ofStandardOutput()).isEqualTo(new WindowSize(80, 24));
    }

    @Test
    void writes_out_what_would_be_an_order_to_the_screen() {
        assertThat(Terminal.harmless("+ tags.a: x\033[31m\u009b2J\r\u202e\ttext\n"))
                .isEqualTo("+ tags.a: x\\u001b[31m\\u009b2J\\u000d\\u202e\ttext\n");
        assertThat(Terminal.harmless("gr\u00fc\u00df dich")).isEqualTo("gr\u00fc\u00df dich");
    }

    @Test
    void colours_a_difference_by_what_shows_standard_output_alone() {
        var lines = List.of("~ config net: change", "    + port: 81");
        assertThat(difference(true, false, lines)).isEqualTo(lines);
        assertThat(difference(false, true, lines))
                .containsExactly(
                        "\033[1m~ config net: change\033[0m", "\033[32m    + port: 81\033[0m");
    }

    private List<String> difference(boolean errColoured, boolean outColoured, List<String> lines) {
        var terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        errColoured,
                        outColoured,
                        () -> WindowSize.UNBOUNDED,
                        Optional::empty);
        return terminal.coloured(lines);
    }

    @Test
    void tells_that_output_is_lost_but_not_to_a_reader_who_has_read_enough() {
        assertThat(lost("No space left on device"))
                .isEqualTo(
                        "error: standard output takes no more (No space left on device); some of it"
                                + " is lost");
        assertThat(lost("Broken pipe")).isEmpty();
    }

    private static String lost(String why) {
        var broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException(why);
                    }
                };
        var out = new Outlet(broken);
        var err = new ByteArrayOutputStream();
        var terminal =
                new Terminal(
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        false,
                        () -> WindowSize.UNBOUNDED,
                        out::trouble);
        assertThat(terminal.hasArrived()).isTrue();
        terminal.print("text");
        assertThat(terminal.hasArrived()).isEqualTo(why.equals("Broken pipe"));
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    private Terminal terminal(boolean coloured) {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                coloured,
                () -> WindowSize.UNBOUNDED);
    }
}

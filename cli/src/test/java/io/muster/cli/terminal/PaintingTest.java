package io.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PaintingTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Terminal terminal =
            new Terminal(
                    new PrintStream(bytes, true, StandardCharsets.UTF_8),
                    new PrintStream(bytes, true, StandardCharsets.UTF_8),
                    true,
                    true,
                    () -> new WindowSize(80, 24));
    private final Painting painting = new Painting(terminal);

    @Test
    void draws_over_what_it_drew_before() {
        terminal.print(List.of("before"));
        painting.draw(List.of("one long line", "two", "three"));
        assertThat(screen()).containsExactly("before", "one long line", "two", "three");
        painting.draw(List.of("one", "II"));
        assertThat(screen()).containsExactly("before", "one", "II");
        painting.draw(List.of("1", "2", "3", "4"));
        painting.finish(List.of("first", "second", "third", "fourth", "fifth"));
        terminal.print(List.of("after"));
        assertThat(screen())
                .containsExactly("before", "first", "second", "third", "fourth", "fifth", "after");
    }

    @Test
    void hides_the_cursor_only_while_it_draws() {
        painting.draw(List.of("one"));
        assertThat(text()).contains("\033[?25l").doesNotContain("\033[?25h");
        painting.close();
        painting.close();
        assertThat(text().split("\033\\[\\?25h", -1)).hasSize(2);
    }

    @Test
    void prints_nothing_when_nothing_is_drawn() {
        painting.close();
        painting.draw(List.of("too late"));
        assertThat(text()).isEmpty();
    }

    @Test
    void draws_nothing_again_that_is_there_already() {
        painting.draw(List.of("one"));
        int size = text().length();
        painting.draw(List.of("one"));
        assertThat(text()).hasSize(size);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What a terminal shows, as far as the orders go that are used here. */
    private List<String> screen() {
        var lines = new ArrayList<StringBuilder>();
        int row = 0;
        int column = 0;
        var text = text();
        for (int i = 0; i < text.length(); i++) {
            while (lines.size() <= row) {
                lines.add(new StringBuilder());
            }
            var line = lines.get(row);
            char c = text.charAt(i);
            if (c == '\n') {
                row++;
                column = 0;
            } else if (c == '\r') {
                column = 0;
            } else if (c == '\033') {
                int end = i + 2;
                while (!Character.isLetter(text.charAt(end))) {
                    end++;
                }
                var argument = text.substring(i + 2, end);
                switch (text.charAt(end)) {
                    case 'A' -> row -= Integer.parseInt(argument);
                    case 'K' -> line.setLength(Math.min(column, line.length()));
                    case 'J' -> {
                        line.setLength(Math.min(column, line.length()));
                        lines.subList(row + 1, lines.size()).clear();
                    }
                    case 'h', 'l' -> assertThat(argument).isEqualTo("?25");
                    default -> throw new AssertionError("unknown order " + argument);
                }
                i = end;
            } else {
                while (line.length() <= column) {
                    line.append(' ');
                }
                line.setCharAt(column, c);
                column++;
            }
        }
        return lines.stream()
                .map(line -> line.toString().stripTrailing())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}

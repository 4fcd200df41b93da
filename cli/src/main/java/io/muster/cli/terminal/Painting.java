package io.muster.cli.terminal;

import java.util.List;

/**
 * Lines that are drawn again in place while they change. The cursor is hidden meanwhile, and comes
 * back with {@link #close}.
 */
public final class Painting implements AutoCloseable {
    private static final String HIDE_CURSOR = "\033[?25l";
    private static final String SHOW_CURSOR = "\033[?25h";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private final Terminal terminal;
    private List<String> drawn = List.of();
    private boolean begun;
    private boolean closed;

    /** Begins below what was printed last. */
    public Painting(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Draws these lines in place of the last. They must fit the window: what has scrolled away
     * cannot be reached any more.
     */
    public synchronized void draw(List<String> lines) {
        if (closed || lines.equals(drawn)) {
            return;
        }
        var text = new StringBuilder(begun ? "" : HIDE_CURSOR);
        begun = true;
        upToFirst(text);
        lines.forEach(line -> text.append(line).append(CLEAR_LINE).append('\n'));
        text.append(CLEAR_BELOW);
        terminal.print(text.toString());
        drawn = List.copyOf(lines);
    }

    /** Draws the last lines, which may be more than fit. */
    public synchronized void finish(List<String> lines) {
        draw(lines);
        close();
    }

    private void upToFirst(StringBuilder text) {
        if (!drawn.isEmpty()) {
            text.append("\033[").append(drawn.size()).append('A');
        }
        text.append('\r');
    }

    /** Shows the cursor again; from any thread, also more than once. */
    @Override
    public synchronized void close() {
        if (begun && !closed) {
            terminal.print(SHOW_CURSOR);
        }
        closed = true;
    }
}

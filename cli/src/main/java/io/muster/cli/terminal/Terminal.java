package io.muster.cli.terminal;

import io.muster.api.outcome.InWords;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Standard output, for what was asked for, and standard error, for everything else.
 *
 * <p>Colours, and lines that are drawn again in place, are for terminals only; {@code NO_COLOR} and
 * {@code TERM=dumb} are respected.
 *
 * <p>For one thread, apart from what says otherwise.
 */
public final class Terminal {
    private static final String RED = "\033[1;31m";
    private static final String PLAIN_RED = "\033[31m";
    private static final String GREEN = "\033[32m";
    private static final String BOLD = "\033[1m";
    private static final String BLUE = "\033[34m";
    private static final List<String> LABELS =
            List.of("\033[36m", "\033[33m", "\033[32m", "\033[35m", "\033[34m");
    private static final String PLAIN = "\033[0m";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean drawable;
    private final boolean coloured;
    private final boolean outColoured;
    private final Supplier<WindowSize> window;
    private final Supplier<Optional<IOException>> trouble;
    private boolean verbose;
    private boolean quiet;

    /**
     * Takes streams.
     *
     * @param drawable whether lines of {@code out} can be drawn again in place
     * @param coloured whether {@code err} shows colours
     * @param outColoured whether {@code out} does
     * @param window the size of what shows {@code out}; asked whenever something is drawn
     * @param trouble why the first write to {@code out} failed that did; empty if none
     */
    public Terminal(
            PrintStream out,
            PrintStream err,
            boolean drawable,
            boolean coloured,
            boolean outColoured,
            Supplier<WindowSize> window,
            Supplier<Optional<IOException>> trouble) {
        this.out = out;
        this.err = err;
        this.drawable = drawable;
        this.coloured = coloured;
        this.outColoured = outColoured;
        this.window = window;
        this.trouble = trouble;
    }

    /** Takes streams of which nobody knows why they fail. */
    public Terminal(
            PrintStream out,
            PrintStream err,
            boolean drawable,
            boolean coloured,
            Supplier<WindowSize> window) {
        this(out, err, drawable, coloured, drawable && coloured, window, Optional::empty);
    }

    /** The streams of this process. */
    public static Terminal ofProcess(Map<String, String> environment) {
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
        boolean outShown = isTerminal(1);
        boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty();
        var out = new Outlet(new FileOutputStream(FileDescriptor.out));
        return new Terminal(
                new PrintStream(out, false, System.out.charset()),
                System.err,
                outShown && !dumb,
                !plain && isTerminal(2),
                !plain && outShown,
                outShown ? WindowSize::ofStandardOutput : () -> WindowSize.UNBOUNDED,
                out::trouble);
    }

    /** Asks the kernel what a file descriptor is, which is far cheaper than a native call. */
    private static boolean isTerminal(int descriptor) {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException e) {
            return false; // closed, or there is no /proc: nothing to draw on
        }
    }

    /** Chooses how much is told besides what was asked for. Quiet wins. */
    public void choose(boolean wantsDetails, boolean wantsQuiet) {
        quiet = wantsQuiet;
        verbose = wantsDetails && !wantsQuiet;
    }

    /** Says whether details are wanted. */
    public boolean isVerbose() {
        return verbose;
    }

    /** Says whether progress is not wanted. */
    public boolean isQuiet() {
        return quiet;
    }

    /** Says whether lines can be drawn again in place. */
    public boolean isDrawable() {
        return drawable;
    }

    /** Says whether standard output shows colours. */
    public boolean showsColours() {
        return outColoured;
    }

    /** Returns the size of what shows standard output, as it is now. */
    public WindowSize window() {
        return window.get();
    }

    /** Prints what was asked for. */
    public void print(String text) {
        out.print(text);
        out.flush();
    }

    /** Prints lines that were asked for. */
    public void print(List<String> lines) {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        print(text.toString());
    }

    /**
     * Prints lines that somebody else wrote. On a terminal, what would be an order to it is written
     * out; into a file or a pipe goes what came, byte by byte.
     *
     * @param label before each line, unless empty
     * @param number of the label; where colours are shown, labels of different numbers differ
     */
    public void copy(String label, int number, List<byte[]> lines) {
        if (window().equals(WindowSize.UNBOUNDED)) {
            var before = label.isEmpty() ? "" : label + " ";
            for (var line : lines) {
                out.print(before);
                out.write(line, 0, line.length);
                out.write('\n');
            }
            out.flush();
            return;
        }
        var before = label.isEmpty() ? "" : labelled(label, number) + " ";
        var text = new StringBuilder();
        for (var line : lines) {
            var shown = new String(line, StandardCharsets.UTF_8);
            text.append(before)
                    .append(
                            harmless(
                                    shown.endsWith("\r")
                                            ? shown.substring(0, shown.length() - 1)
                                            : shown))
                    .append('\n');
        }
        print(text.toString());
    }

    private String labelled(String label, int number) {
        return outColoured
                ? LABELS.get(Math.floorMod(number, LABELS.size())) + label + PLAIN
                : label;
    }

    /**
     * Returns lines of a difference with colours, if standard output is shown on a terminal: what
     * goes in red, what comes in green, headings bold.
     */
    public List<String> coloured(List<String> lines) {
        var harmless = lines.stream().map(Terminal::harmless);
        return (outColoured ? harmless.map(Terminal::painted) : harmless).toList();
    }

    /**
     * Writes out what would be an order to the terminal: whoever may write a tag, or a hook, must
     * not draw on another user's screen.
     */
    static String harmless(String text) {
        if (text.codePoints().noneMatch(Terminal::isOrder)) {
            return text;
        }
        var shown = new StringBuilder();
        text.codePoints()
                .forEach(point -> {
                    if (isOrder(point)) {
                        shown.append("\\u%04x".formatted(point));
                    } else {
                        shown.appendCodePoint(point);
                    }
                });
        return shown.toString();
    }

    private static boolean isOrder(int point) {
        return point != '\n'
                && point != '\t'
                && (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT);
    }

    private static String painted(String line) {
        var text = line.stripLeading();
        var colour =
                text.startsWith("+ ")
                        ? GREEN
                        : text.startsWith("- ")
                                ? PLAIN_RED
                                : line.startsWith("~ ") || line.startsWith("! ") ? BOLD : "";
        return colour.isEmpty() ? line : colour + line + PLAIN;
    }

    /** Prints lines of progress, unless quiet. */
    public void inform(List<String> lines) {
        if (!quiet) {
            print(lines);
        }
    }

    /** Tells something worth knowing on standard error, unless quiet. */
    public void note(String text) {
        if (!quiet) {
            complain("note: " + harmless(text));
        }
    }

    /** Warns on standard error, also when quiet. */
    public void warn(String text) {
        complain("warning: " + harmless(text));
    }

    /** Tells how it is going, if details are wanted; any thread. */
    public void debug(Supplier<String> text) {
        if (verbose) {
            complain(painted(BLUE, "debug:") + " " + harmless(text.get()));
        }
    }

    /** Tells why something did not work; any thread. */
    public void error(String text) {
        complain(painted(RED, "error:") + " " + harmless(text));
    }

    /** Prints text to standard error as it is; any thread. */
    public void complain(String text) {
        err.println(text);
    }

    /** Says whether nobody takes what is printed: the other end of a pipe is gone. */
    public boolean isClosed() {
        return out.checkError();
    }

    /**
     * Says whether all that was printed has arrived, and complains if not; of a reader that has
     * read enough, as {@code head} does, it is no news.
     */
    public boolean hasArrived() {
        out.flush();
        var lost = trouble.get().map(InWords::of).filter(why -> !why.contains("Broken pipe"));
        lost.ifPresent(why ->
                error("standard output takes no more (%s); some of it is lost".formatted(why)));
        return lost.isEmpty();
    }

    private String painted(String colour, String text) {
        return coloured ? colour + text + PLAIN : text;
    }
}

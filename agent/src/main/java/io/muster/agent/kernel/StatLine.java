package io.muster.agent.kernel;

import io.muster.api.shell.ProcessRef;
import java.util.Optional;

/** What {@code /proc/<pid>/stat} says: proc_pid_stat(5), whose numbers of fields are used here. */
public final class StatLine {
    private static final int STATE = 3; // the first one behind the program's name
    private static final int PARENT = 4;
    private static final int START = 22;

    private final String[] fields;

    private StatLine(String[] fields) {
        this.fields = fields;
    }

    /**
     * Reads the fields up to the one that says when the process began.
     *
     * @param text as of {@link #parse(String, int)}
     */
    public static Optional<StatLine> parse(String text) {
        return parse(text, START);
    }

    /**
     * Reads the fields behind the program's name, which may hold blanks and brackets itself.
     *
     * @param text read as Latin 1, since that name is any bytes
     * @param last the number of the last field that is needed, 22 or more
     * @return empty if it has fewer
     */
    public static Optional<StatLine> parse(String text, int last) {
        int end = text.lastIndexOf(')');
        if (end < 0) {
            return Optional.empty();
        }
        var fields = text.substring(end + 1).strip().split(" ", -1);
        return fields.length <= last - STATE ? Optional.empty() : Optional.of(new StatLine(fields));
    }

    /** Returns a field that is a number. */
    public long number(int field) {
        return Long.parseLong(fields[field - STATE]);
    }

    /** Returns the pid of the parent. */
    public long parent() {
        return number(PARENT);
    }

    /** Says whether the process has ended, and nobody has waited for it yet. */
    public boolean ended() {
        return fields[0].equals("Z") || fields[0].equals("X");
    }

    /** Returns which process of this pid it is. */
    public ProcessRef process(long pid) {
        return new ProcessRef(pid, number(START));
    }
}

package io.muster.cli.arguments;

/** A command line that makes no sense. The message says what is wrong with it. */
public final class Misuse extends Exception {
    private static final long serialVersionUID = 1;

    private final String command;

    /**
     * Makes one.
     *
     * @param command the words of the command whose help says more, such as {@code muster get}
     */
    public Misuse(String command, String message) {
        super(message);
        this.command = command;
    }

    /** Returns the words of the command whose help says more. */
    public String command() {
        return command;
    }
}

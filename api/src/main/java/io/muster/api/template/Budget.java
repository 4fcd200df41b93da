package io.muster.api.template;

/**
 * What one rendering may cost, so that no template can keep the server busy or fill its memory.
 *
 * <p>Counted before it is spent, as far as possible: the characters of each value, of each pass
 * through a block and of its result, and one for each call of a helper.
 */
final class Budget {
    /** The longest result; a longer one would not fit the message to an agent anyway. */
    static final int MAX_RESULT = 1 << 20;

    /** All characters that are written or copied on the way. */
    static final int MAX_WORK = 16 << 20;

    /** Passes through blocks and calls of helpers. */
    static final int MAX_STEPS = 200_000;

    private long work;
    private int steps;

    /** Takes one step that may write so many characters. */
    void step(int characters) {
        steps++;
        if (steps > MAX_STEPS) {
            throw new TemplateFault(
                    "takes more than %d steps".formatted(MAX_STEPS),
                    "loop over less, or nest fewer loops");
        }
        write(characters);
    }

    /** Writes so many characters. */
    void write(long characters) {
        work += characters;
        if (work > MAX_WORK) {
            throw new TemplateFault(
                    "takes more than %d characters on the way".formatted(MAX_WORK),
                    "loop over less, or insert less");
        }
    }

    /** Takes the result of a block, or the whole one. */
    String result(String text) {
        write(text.length());
        if (text.length() > MAX_RESULT) {
            throw new TemplateFault(
                    "becomes longer than %d characters".formatted(MAX_RESULT),
                    "loop over less, or insert less");
        }
        return text;
    }
}

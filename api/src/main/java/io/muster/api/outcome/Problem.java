package io.muster.api.outcome;

/**
 * Something that is wrong with what somebody asked for.
 *
 * @param where a file with line and column, or a field path, or both
 * @param what what is wrong, with the value quoted
 * @param remedy what to do about it
 */
public record Problem(String where, String what, String remedy) {
    @Override
    public String toString() {
        var text = where.isEmpty() ? what : where + ": " + what;
        return remedy.isEmpty() ? text : text + "; " + remedy;
    }
}

package io.muster.api.state;

import java.nio.charset.StandardCharsets;

/**
 * How an instance of a workload is doing.
 *
 * @param additionalInfo the reason, for people; at most {@value #MAX_INFO_BYTES} bytes of UTF-8,
 *     longer text is cut
 */
public record ExecutionState(Phase phase, String additionalInfo) {
    /** The bound on additional info, so that the worst report fits a message. */
    public static final int MAX_INFO_BYTES = 512;

    /** Cuts the additional info to its bound, at a character. */
    public ExecutionState {
        additionalInfo = cut(additionalInfo);
    }

    /** A phase that needs no explanation. */
    public static ExecutionState of(Phase phase) {
        return new ExecutionState(phase, "");
    }

    private static String cut(String text) {
        if (text.length() * 3 <= MAX_INFO_BYTES
                || text.getBytes(StandardCharsets.UTF_8).length <= MAX_INFO_BYTES) {
            return text;
        }
        int bytes = 3; // the ellipsis
        int end = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > MAX_INFO_BYTES) {
                break;
            }
            end += Character.charCount(point);
        }
        return text.substring(0, end) + "...";
    }

    @Override
    public String toString() {
        return additionalInfo.isEmpty() ? phase.toString() : phase + ": " + additionalInfo;
    }
}

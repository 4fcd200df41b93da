package io.muster.api.template;

import java.util.ArrayDeque;
import java.util.regex.Pattern;

/**
 * Looks at a template before the library does, whose parser is recursive: how deep it goes is
 * bounded here. It may count too much where braces stand in comments, never too little.
 */
final class Shape {
    static final int MAX_DEPTH = 40;
    static final int MAX_TAGS = 20_000;
    static final int MAX_TAG_CHARACTERS = 4_000;

    private static final Pattern ELSE = Pattern.compile("[\\s~]*"); // and nothing behind it

    private Shape() {}

    /** Refuses what is too deep, too long, or has too many tags. */
    static void check(String template) {
        var blocks = new ArrayDeque<Integer>(); // the open ones, with their else-ifs, which nest
        int depth = 0;
        int tags = 0;
        int at = template.indexOf("{{");
        while (at >= 0) {
            int end = template.indexOf("}}", at);
            end = end < 0 ? template.length() : end;
            var tag = template.substring(at, Math.min(end, at + MAX_TAG_CHARACTERS + 1));
            tags++;
            switch (kind(tag)) {
                case OPEN -> {
                    blocks.push(1);
                    depth++;
                }
                case CHAIN -> {
                    blocks.push(blocks.isEmpty() ? 1 : blocks.pop() + 1);
                    depth++;
                }
                case CLOSE -> depth -= blocks.isEmpty() ? 0 : blocks.pop();
                case OTHER -> {}
            }
            refuse(
                    tag.length() > MAX_TAG_CHARACTERS && !tag.startsWith("{{!"),
                    "has a tag of more than %d characters".formatted(MAX_TAG_CHARACTERS),
                    "split it");
            refuse(
                    depth > MAX_DEPTH || parentheses(tag) > MAX_DEPTH,
                    "nests deeper than %d levels".formatted(MAX_DEPTH),
                    "nest less");
            refuse(tags > MAX_TAGS, "has more than %d tags".formatted(MAX_TAGS), "split it");
            at = template.indexOf("{{", end);
        }
    }

    private enum Kind {
        OPEN,
        CHAIN,
        CLOSE,
        OTHER
    }

    private static Kind kind(String tag) {
        int at = 0;
        while (at < tag.length() && (tag.charAt(at) == '{' || tag.charAt(at) == '~')) {
            at++;
        }
        var word = tag.substring(at).strip();
        if (word.isEmpty()) {
            return Kind.OTHER;
        }
        return switch (word.charAt(0)) {
            case '#' -> Kind.OPEN;
            case '^' -> ELSE.matcher(word.substring(1)).matches() ? Kind.OTHER : Kind.OPEN;
            case '/' -> Kind.CLOSE;
            default ->
                    word.startsWith("else") && !ELSE.matcher(word.substring(4)).matches()
                            ? Kind.CHAIN
                            : at >= 4 ? Kind.OPEN : Kind.OTHER; // {{{{raw}}}}
        };
    }

    private static int parentheses(String tag) {
        int open = 0;
        int most = 0;
        for (int i = 0; i < tag.length(); i++) {
            open += tag.charAt(i) == '(' ? 1 : tag.charAt(i) == ')' ? -1 : 0;
            most = Math.max(most, open);
        }
        return most;
    }

    private static void refuse(boolean when, String what, String remedy) {
        if (when) {
            throw new TemplateFault(what, remedy);
        }
    }
}

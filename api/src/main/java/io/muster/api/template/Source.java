package io.muster.api.template;

import java.util.regex.Pattern;

/**
 * The text of a template in the words of the library: what it reads otherwise than the engine of
 * Ankaios is said in a way that both read alike, or refused.
 *
 * <ul>
 *   <li>One backslash makes text of the braces behind it, also of three; more of them stand for one
 *       less, and the tag counts.
 *   <li>The partial alone at the beginning of its line takes the end of this line with it, as it
 *       does everywhere else.
 *   <li>The library reads <code>{{^if x}}</code> as its opposite.
 * </ul>
 */
record Source(String text) {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final Pattern INVERSE_CALL =
            Pattern.compile(
                    "\\{\\{~?\\s*\\^\\s*(?:(?:if|unless|each|with)\\b|[^\\s~}]+\\s+[^\\s~}]).*",
                    Pattern.DOTALL);
    private static final Pattern PARTIAL = Pattern.compile("\\{\\{>\\s*indent(?=\\s)[^~]*");
    private static final Pattern REST_OF_LINE = Pattern.compile("[ \\t]*\\r?\\n");

    /** Reads one. */
    static Source of(String template) {
        return new Source(new Translation(template).make());
    }

    /** What stands before a column of the text that was not written by the author. */
    int added(int line, int column) {
        var written =
                text.lines()
                        .skip(line - 1L)
                        .findFirst()
                        .map(each -> each.substring(0, Math.min(column, each.length())))
                        .orElse("");
        int added = 0;
        for (var each : Helpers.TEXT_TAG.matcher(written).results().toList()) {
            added += each.group().length() - Integer.parseInt(each.group(1));
        }
        return added;
    }

    /** One pass over a template, from the left to the right. */
    private static final class Translation {
        private final String template;
        private final StringBuilder text = new StringBuilder();
        private int copied;

        Translation(String template) {
            this.template = template;
        }

        String make() {
            int at = template.indexOf(OPEN);
            while (at >= 0) {
                int slashes = before(at, '\\');
                int end;
                if (slashes == 1) {
                    end = at + (template.startsWith("{{{{", at) ? 4 : 2);
                    int closing = after(end, '}');
                    literal(at - 1, 0, end - at, closing);
                    end += closing;
                    copied = end;
                } else {
                    if (slashes > 1) {
                        literal(at - slashes, slashes - 1, 0, 0);
                        copied = at;
                    }
                    end = end(at);
                    tag(at, end);
                }
                at = template.indexOf(OPEN, end);
            }
            return text.append(template, copied, template.length()).toString();
        }

        /**
         * Writes braces and backslashes as a tag, with the braces just before, which would join.
         */
        private void literal(int to, int slashes, int opening, int closing) {
            int braces = before(to, '{');
            text.append(template, copied, to - braces)
                    .append(Helpers.textTag(braces, slashes, opening, closing));
        }

        private int before(int at, char sign) {
            int from = at;
            while (from > copied && template.charAt(from - 1) == sign) {
                from--;
            }
            return at - from;
        }

        private int after(int at, char sign) {
            int to = at;
            while (to < template.length() && template.charAt(to) == sign) {
                to++;
            }
            return to - at;
        }

        private int end(int at) {
            if (template.startsWith("{{{{", at)) {
                int closing = template.indexOf("{{{{/", at);
                return closing < 0 ? template.length() : behind("}}}}", closing);
            }
            if (template.startsWith("{{!--", at) || template.startsWith("{{~!--", at)) {
                int end = behind("--}}", at);
                int other = template.indexOf("--~}}", at, end); // no further: it is asked often
                return other < 0 ? end : behind("--~}}", other);
            }
            return behind(CLOSE, at);
        }

        private int behind(String sign, int from) {
            int at = template.indexOf(sign, from);
            return at < 0 ? template.length() : at + sign.length();
        }

        private void tag(int at, int end) {
            var tag = template.substring(at, end);
            if (INVERSE_CALL.matcher(tag).matches()) {
                int line = (int) template.substring(0, at).chars().filter(c -> c == '\n').count();
                int column = at - template.lastIndexOf('\n', at - 1);
                throw new TemplateFault(
                        "line %d, column %d: {{^ takes a name and nothing else"
                                .formatted(line + 1, column),
                        "write {{#unless x}}...{{/unless}}, or {{#if x}}{{else}}...{{/if}}");
            }
            boolean begins = at == 0 || template.charAt(at - 1) == '\n';
            if (begins
                    && PARTIAL.matcher(tag).matches()
                    && REST_OF_LINE.matcher(template).region(end, template.length()).lookingAt()) {
                text.append(template, copied, at)
                        .append(tag.replaceFirst("indent", Helpers.LINE_PARTIAL));
                copied = end;
            }
        }
    }
}

package io.muster.api.template;

import com.github.jknack.handlebars.HandlebarsException;
import io.muster.api.name.Names;
import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.ConfigItem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One text with tags.
 *
 * <p>Pure: the same text and configs give the same result. What it may cost is bounded, whatever
 * the template says.
 */
final class FieldTemplate {
    /** The longest template, in characters. */
    static final int MAX_CHARACTERS = 1 << 20;

    private static final String TAG = "{{";
    private static final String END = "}}";
    private static final int MAX_MESSAGE = 300;

    private FieldTemplate() {}

    /**
     * Renders.
     *
     * @param where the path of the field, for messages
     * @param field its name, for messages
     * @param configs by alias
     */
    static Outcome<String> render(
            String where, String field, String text, Map<String, ConfigItem> configs) {
        return guarded(
                where,
                field,
                text,
                source -> new Rendering().render(source.text(), Values.of(configs)));
    }

    /** Accepts a text that is a template, as it is; whether it can be filled in is not asked. */
    static Outcome<String> parse(String where, String field, String text) {
        return guarded(
                where,
                field,
                text,
                source -> {
                    new Rendering().parse(source.text());
                    return text;
                });
    }

    /** Says whether a word stands in one of the tags. */
    static boolean names(String text, String word) {
        int end = 0;
        for (int at = text.indexOf(TAG); at >= 0; at = text.indexOf(TAG, end)) {
            end = text.indexOf(END, at);
            end = end < 0 ? text.length() : end;
            for (int i = text.indexOf(word, at); i >= 0 && i < end; i = text.indexOf(word, i + 1)) {
                int after = i + word.length();
                if (!isInName(text, i - 1) && !isInName(text, after)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isInName(String text, int at) {
        return at < text.length() && Names.isName(text.substring(at, at + 1));
    }

    private interface Attempt {
        String make(Source source) throws IOException;
    }

    private static Outcome<String> guarded(
            String where, String field, String text, Attempt attempt) {
        if (!text.contains(TAG)) {
            return Outcome.accepted(text);
        }
        if (text.length() > MAX_CHARACTERS) {
            return refused(
                    where,
                    field,
                    "has %d characters".formatted(text.length()),
                    "keep it to %d".formatted(MAX_CHARACTERS));
        }
        LibraryPaths.trim();
        Source source;
        try {
            source = Source.of(text);
        } catch (TemplateFault fault) {
            return refused(where, field, fault.what(), fault.remedy());
        }
        try {
            return Outcome.accepted(attempt.make(source));
        } catch (TemplateFault fault) {
            return refused(where, field, fault.what(), fault.remedy());
        } catch (HandlebarsException e) {
            return refused(where, field, source, e);
        } catch (IOException | RuntimeException e) {
            // the library meets what somebody wrote: whatever it does not expect is a refusal
            return refused(
                    where,
                    field,
                    cut("is not understood: " + InWords.of(e)),
                    "write it more simply");
        }
    }

    private static Outcome<String> refused(
            String where, String field, Source source, HandlebarsException e) {
        var error = e.getError();
        var place =
                error == null
                        ? ""
                        : "line %d, column %d: "
                                .formatted(
                                        error.line,
                                        error.column + 1 - source.added(error.line, error.column));
        var fault = fault(e);
        if (fault != null) {
            return refused(where, field, place + fault.what(), fault.remedy());
        }
        var reason = error == null ? String.valueOf(e.getMessage()) : error.reason;
        return refused(
                where,
                field,
                place + cut(reason.lines().findFirst().orElse("is no template")),
                "look at the braces here and just before; {{ as text is written \\{{");
    }

    private static @Nullable TemplateFault fault(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof TemplateFault fault) {
                return fault;
            }
        }
        return null;
    }

    private static Outcome<String> refused(String where, String field, String what, String remedy) {
        return Outcome.refused(
                List.of(
                        new Problem(
                                where,
                                "Failed to render field '%s': %s".formatted(field, what),
                                remedy)));
    }

    private static String cut(String message) {
        var line = message.replace('\n', ' ').replace('\r', ' ');
        return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + "..." : line;
    }
}

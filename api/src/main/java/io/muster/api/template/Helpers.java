package io.muster.api.template;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.HelperRegistry;
import com.github.jknack.handlebars.Options;
import com.github.jknack.handlebars.TagType;
import com.github.jknack.handlebars.Template;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may be called in a template. A value that is not there is an error everywhere but in {@code
 * if} and {@code unless}, and in {@code each} and {@code with} that have an {@code else}.
 */
final class Helpers {
    /** What the partial {@code indent} stands for, before its indentation is known. */
    static final String INDENTED_TAG = indentedTag("");

    /** What the same partial is called where it stands alone at the beginning of a line. */
    static final String LINE_PARTIAL = "indent-line";

    /** What that one stands for. */
    static final String LINE_TAG = "{{{muster-line content}}}";

    /** A tag that stands for signs of the template; counts how many these were there. */
    static final Pattern TEXT_TAG =
            Pattern.compile("\\{\\{\\{muster-text ([0-9]+) [0-9]+ [0-9]+ [0-9]+ [0-9]+}}}");

    /** How the helpers begin that only we call. */
    private static final String OURS = "muster-";

    private final Budget budget;
    private final Map<String, Helper<@Nullable Object>> all = new HashMap<>();

    Helpers(Budget budget) {
        this.budget = budget;
        all.put(HelperRegistry.HELPER_MISSING, this::missing);
        all.put("if", (value, o) -> branch(Values.isTrue(value), o));
        all.put("unless", (value, o) -> branch(!Values.isTrue(value), o));
        all.put("each", this::each);
        all.put("with", this::with);
        all.put("raw", (_, o) -> block(o.fn, o.context));
        all.put("lookup", value(2, Helpers::lookup));
        all.put("eq", value(2, v -> compare(v) == 0));
        all.put("ne", value(2, v -> compare(v) != 0));
        order("gt", sign -> sign > 0);
        order("gte", sign -> sign >= 0);
        order("lt", sign -> sign < 0);
        order("lte", sign -> sign <= 0);
        all.put("and", value(2, v -> v.stream().allMatch(Values::isTrue)));
        all.put("or", value(2, v -> v.stream().anyMatch(Values::isTrue)));
        all.put("not", value(1, v -> !Values.isTrue(v.getFirst())));
        all.put("len", value(1, Helpers::length));
        all.put("muster-indented", value(2, v -> indented(text(v.get(0)), text(v.get(1)))));
        all.put("muster-line", value(1, v -> line(text(v.getFirst()))));
        all.put("muster-text", value(5, this::signs));
    }

    /** Writes signs of a template that the library would not take for text. */
    static String textTag(int braces, int slashes, int opening, int closing) {
        int read = braces + slashes + opening + closing + (opening > 0 || slashes > 0 ? 1 : 0);
        return "{{{muster-text %d %d %d %d %d}}}"
                .formatted(read, braces, slashes, opening, closing);
    }

    private Object signs(List<Object> counts) {
        var text = new StringBuilder();
        for (int i = 1; i <= 4; i++) {
            int count = counts.get(i) instanceof Number number ? number.intValue() : 0;
            budget.write(Math.max(count, 0));
            text.repeat(i == 2 ? "\\" : i == 4 ? "}" : "{", Math.max(count, 0));
        }
        return text;
    }

    static String indentedTag(String indentation) {
        return "{{{muster-indented content \"" + indentation + "\"}}}";
    }

    @Nullable Helper<@Nullable Object> find(String name) {
        return all.get(name);
    }

    /** Turns a value into what a tag writes. */
    Object written(Object value) {
        budget.write(Values.length(value));
        return Values.text(value);
    }

    /** Renders the whole. */
    String whole(Template template, Context context) throws IOException {
        return block(template, context);
    }

    private interface Calculation {
        Object of(List<Object> values);
    }

    /** A helper that makes a value out of values. */
    private Helper<@Nullable Object> value(int least, Calculation calculation) {
        return (first, o) -> {
            budget.step(0);
            int given = given(first, o);
            if (given == 0 && o.tagType != TagType.SUB_EXPRESSION) {
                var variable = o.context.get(o.helperName, false);
                if (variable != null) {
                    return variable; // a config may be called like a helper
                }
            }
            if (given < least) {
                throw new TemplateFault(
                        least == 1
                                ? o.helperName + " needs a value and has none"
                                : "%s needs %d values and has %d"
                                        .formatted(o.helperName, least, given),
                        least == 1 ? "write it behind it" : "write them behind it");
            }
            var values = new ArrayList<Object>();
            for (int i = 0; i < given; i++) {
                var value = i == 0 ? first : o.params[i - 1];
                if (value == null && o.helperName.startsWith(OURS)) {
                    throw new TemplateFault(
                            "the content of indent is not there",
                            "write content= and the name of a text, which the configs have");
                }
                if (value == null) {
                    throw new TemplateFault(
                            "value %d of %s is not there".formatted(i + 1, o.helperName),
                            "add it to the config, or ask for it by {{#if}} before");
                }
                values.add(value);
            }
            return calculation.of(values);
        };
    }

    /**
     * Counts the values of a call. What the library counts is overwritten by a nested call, so it
     * is asked only where nothing else tells a call without values (the first is then what the
     * template is about) from a call with one.
     */
    @SuppressWarnings("ReferenceEquality") // the very object, not one that equals it
    private static int given(@Nullable Object first, Options o) {
        if (o.params.length > 0) {
            return o.params.length + 1;
        }
        int counted = o.data(Context.PARAM_SIZE);
        return counted == 0 && first == o.context.model() ? 0 : 1;
    }

    private void order(String name, IntPredicate fits) {
        all.put(
                name,
                value(
                        2,
                        v -> {
                            if (v.stream().anyMatch(each -> !isScalar(each))) {
                                throw new TemplateFault(
                                        name + " compares a list or a map",
                                        "compare texts or numbers");
                            }
                            return fits.test(compare(v));
                        }));
    }

    /**
     * Texts as texts; as numbers if one of them is a number of the template and the other looks
     * like one, since configs hold nothing but texts.
     */
    private static int compare(List<Object> values) {
        var a = values.get(0);
        var b = values.get(1);
        if (!isScalar(a) || !isScalar(b)) {
            return a.equals(b) ? 0 : 1;
        }
        if (a instanceof Number || b instanceof Number) {
            try {
                return Double.compare(
                        Double.parseDouble(a.toString()), Double.parseDouble(b.toString()));
            } catch (NumberFormatException e) {
                return a.toString().compareTo(b.toString()); // one of them is no number
            }
        }
        return a.toString().compareTo(b.toString());
    }

    private static boolean isScalar(Object value) {
        return !(value instanceof List) && !(value instanceof Map);
    }

    private static Object lookup(List<Object> values) {
        var key = text(values.get(1));
        var found =
                switch (values.getFirst()) {
                    case Map<?, ?> map -> map.get(key);
                    case List<?> list -> item(list, key);
                    default -> null;
                };
        if (found == null) {
            throw new TemplateFault(
                    "lookup finds no \"%s\"".formatted(key), "add it to the config");
        }
        return found;
    }

    private static @Nullable Object item(List<?> list, String key) {
        try {
            int index = Integer.parseInt(key);
            return index >= 0 && index < list.size() ? list.get(index) : null;
        } catch (NumberFormatException e) {
            return null; // no index, so there is no such item
        }
    }

    private static Object length(List<Object> values) {
        return switch (values.getFirst()) {
            case Map<?, ?> map -> map.size();
            case List<?> list -> list.size();
            case Object text -> text(text).length();
        };
    }

    private static String text(Object value) {
        return Values.text(value);
    }

    private String indented(String content, String indentation) {
        if (indentation.isEmpty()) {
            return content; // not alone on its line
        }
        budget.write(content.length() + content.lines().count() * indentation.length());
        var text = new StringBuilder(indentation);
        int last = content.length() - 1;
        for (int i = 0; i <= last; i++) {
            text.append(content.charAt(i));
            if (content.charAt(i) == '\n' && i < last) {
                text.append(indentation);
            }
        }
        return line(text.toString());
    }

    /** The end of the tag's own line is gone: what follows must not join the last one. */
    private static String line(String text) {
        return text.endsWith("\n") ? text : text + "\n";
    }

    private Object branch(boolean chosen, Options o) throws IOException {
        return block(chosen ? o.fn : o.inverse, o.context);
    }

    private Object each(@Nullable Object value, Options o) throws IOException {
        var text = new StringBuilder();
        int index = 0;
        switch (value) {
            case List<?> list -> {
                for (var item : list) {
                    var scope = Scope.inside(o.context, item);
                    scope.name(o.blockParams, List.of(item, index));
                    position(scope, index, list.size());
                    text.append(block(o.fn, scope));
                    index++;
                }
            }
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    var scope = Scope.inside(o.context, entry.getValue());
                    scope.name(o.blockParams, List.of(entry.getValue(), entry.getKey()));
                    scope.add("key", entry.getKey());
                    position(scope, index, map.size());
                    text.append(block(o.fn, scope));
                    index++;
                }
            }
            case null, default -> orElse(o, value);
        }
        return index == 0 ? block(o.inverse, o.context) : text;
    }

    private static void position(Scope scope, int index, int size) {
        scope.add("index", index);
        scope.add("first", index == 0);
        scope.add("last", index == size - 1);
    }

    private Object with(@Nullable Object value, Options o) throws IOException {
        if (value == null) {
            orElse(o, null);
        }
        if (value == null || !Values.isTrue(value)) {
            return block(o.inverse, o.context);
        }
        // a section without a helper, as in {{#image}}, has made its scope already; only such a
        // block has no values, which the library counts right for blocks
        int counted = o.data(Context.PARAM_SIZE);
        var scope = counted == 0 ? (Scope) o.context : Scope.inside(o.context, value);
        scope.name(o.blockParams, List.of(value));
        return block(o.fn, scope);
    }

    /** Refuses what a block cannot work on, unless it says what to do then. */
    @SuppressWarnings("ReferenceEquality") // the library's mark for: there is no else
    private static void orElse(Options o, @Nullable Object value) {
        if (o.inverse == Template.EMPTY) {
            throw new TemplateFault(
                    value == null
                            ? "the value of #%s is not there".formatted(o.helperName)
                            : "the value of #%s is no list and no map".formatted(o.helperName),
                    "correct the config, or write {{else}}");
        }
    }

    private String block(Template template, Context context) throws IOException {
        budget.step(template.text().length());
        return budget.result(template.apply(context));
    }

    private Object missing(@Nullable Object value, Options o) throws IOException {
        if (o.helperName.equals("unless")) {
            return branch(true, o); // {{^name}}, which the library calls unless, without a value
        }
        int given = given(value, o);
        if (given > 0 || !o.hash.isEmpty() || o.tagType == TagType.SUB_EXPRESSION) {
            throw new TemplateFault(
                    "there is no helper \"%s\"".formatted(o.helperName),
                    "use one of each, if, unless, with, lookup, eq, ne, gt, gte, lt, lte, and, or,"
                            + " not, len");
        }
        if (o.tagType == TagType.SECTION) {
            throw new TemplateFault(
                    "the value of a block is not there", "add it to the config, or use {{#if}}");
        }
        throw new TemplateFault(
                "there is no \"%s\"".formatted(o.helperName),
                Suggestion.of(o.context, o.helperName));
    }
}

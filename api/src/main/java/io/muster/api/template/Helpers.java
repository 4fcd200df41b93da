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
import org.jspecify.annotations.Nullable;

/**
 * What may be called in a template. A value that is not there is an error everywhere but in {@code
 * if} and {@code unless}, and in {@code each} and {@code with} that have an {@code else}.
 */
final class Helpers {
    /** What the partial {@code indent} stands for, before its indentation is known. */
    static final String INDENTED_TAG = indentedTag("");

    private final Budget budget;
    private final Map<String, Helper<@Nullable Object>> all = new HashMap<>();

    /** The block parameters that are in force, which the library forgets in inner blocks. */
    private Map<String, Object> blockParameters = Map.of();

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
                        "%s needs %d values and has %d".formatted(o.helperName, least, given),
                        "write them behind it");
            }
            var values = new ArrayList<Object>();
            for (int i = 0; i < given; i++) {
                var value = i == 0 ? first : o.params[i - 1];
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
            return content; // not alone on its line, or at its beginning
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
        // the end of the tag's own line is gone: what follows must not join the last one
        return content.endsWith("\n") ? text.toString() : text.append('\n').toString();
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
                    var scope = scope(o, item, List.of(item, index));
                    position(scope, index, list.size());
                    text.append(inside(o, scope));
                    index++;
                }
            }
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    var scope =
                            scope(o, entry.getValue(), List.of(entry.getValue(), entry.getKey()));
                    scope.combine("@key", entry.getKey());
                    position(scope, index, map.size());
                    text.append(inside(o, scope));
                    index++;
                }
            }
            case null, default -> orElse(o, value);
        }
        return index == 0 ? block(o.inverse, o.context) : text;
    }

    private static void position(Context scope, int index, int size) {
        scope.combine("@index", index);
        scope.combine("@first", index == 0);
        scope.combine("@last", index == size - 1);
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
        var scope = counted == 0 ? o.context : Context.newContext(o.context, value);
        return inside(o, scope(o, scope, value, List.of(value)));
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

    private Context scope(Options o, Object value, List<Object> parameters) {
        return scope(o, Context.newContext(o.context, value), value, parameters);
    }

    private Context scope(Options o, Context scope, Object value, List<Object> parameters) {
        var visible = new HashMap<>(blockParameters);
        for (int i = 0; i < Math.min(o.blockParams.size(), parameters.size()); i++) {
            visible.put(o.blockParams.get(i), parameters.get(i));
        }
        for (var name : visible.keySet()) {
            if (value instanceof Map<?, ?> map && map.containsKey(name)) {
                throw new TemplateFault(
                        "the block parameter \"%s\" is called like a key of the value"
                                .formatted(name),
                        "give it another name");
            }
        }
        return scope.combine(visible);
    }

    private String inside(Options o, Context scope) throws IOException {
        var outer = blockParameters;
        var inner = new HashMap<>(outer);
        for (var name : o.blockParams) {
            var value = scope.get(name, false);
            if (value != null) {
                inner.put(name, value);
            }
        }
        blockParameters = inner;
        try {
            return block(o.fn, scope);
        } finally {
            blockParameters = outer;
        }
    }

    private String block(Template template, Context context) throws IOException {
        budget.step(template.text().length());
        return budget.result(template.apply(context));
    }

    private Object missing(@Nullable Object value, Options o) {
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

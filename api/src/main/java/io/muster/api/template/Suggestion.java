package io.muster.api.template;

import com.github.jknack.handlebars.Context;
import io.muster.api.outcome.Nearest;
import java.util.Map;
import java.util.stream.Collectors;

/** What to do about a variable that is not there. */
final class Suggestion {
    private static final int MAX_KEYS = 10;

    private Suggestion() {}

    static String of(Context context, String name) {
        if (name.contains("@")) {
            return "@index, @key, @first and @last are there inside of an each block, and with @../"
                    + " those of the block around it";
        }
        if (context.parent() != null && !name.startsWith("..")) {
            return "inside a block the outer names begin with ../, as in {{../%s}}".formatted(name);
        }
        int dot = name.lastIndexOf('.');
        var holder = dot < 0 ? context.model() : context.get(name.substring(0, dot), false);
        if (!(holder instanceof Map<?, ?> map) || map.isEmpty()) {
            return "add it to the config, or correct the name";
        }
        var key = name.substring(dot + 1);
        var keys = map.keySet().stream().map(Object::toString).toList();
        return Nearest.to(key, keys)
                .map(near -> "did you mean \"%s\"?".formatted(name.substring(0, dot + 1) + near))
                .orElseGet(() ->
                        "known here: "
                                + keys.stream().limit(MAX_KEYS).collect(Collectors.joining(", ")));
    }
}

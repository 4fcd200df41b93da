package io.muster.api.template;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.PathExpression;
import com.github.jknack.handlebars.ValueResolver;
import com.github.jknack.handlebars.internal.path.DataPath;
import com.github.jknack.handlebars.internal.path.ParentPath;
import com.github.jknack.handlebars.internal.path.PropertyPath;
import com.github.jknack.handlebars.internal.path.ResolveParentPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What names mean in one block. Other than the library's own contexts it keeps apart what a value
 * holds, what a block adds ({@code @index}) and what a block names ({@code as |item|}): a key never
 * hides one of these.
 */
final class Scope extends Context {
    private static final String ROOT = "@root";

    /** What the library keeps of a rendering; it is shared by all scopes. */
    private static final List<String> LIBRARY_DATA =
            List.of(Context.PARTIALS, Context.INLINE_PARTIALS, Context.INVOCATION_STACK);

    private final Map<String, Object> locals = new HashMap<>();
    private final Map<String, Object> parameters = new HashMap<>();

    private Scope(Object model) {
        super(model);
    }

    /** The outermost one. */
    static Scope top(Map<String, Object> values) {
        var scope = new Scope(values);
        scope.resolver = MapsOnly.INSTANCE;
        scope.extendedContext = new Scope(new HashMap<>());
        scope.data = new HashMap<>();
        var fresh = Context.newContext(values);
        for (var key : LIBRARY_DATA) {
            Object kept = fresh.data(key);
            scope.data.put(key, kept);
        }
        return scope;
    }

    /** One inside of another. */
    static Scope inside(Context outer, Object value) {
        return (Scope) Context.newContext(outer, value);
    }

    @Override
    protected Context newChildContext(Object value) {
        return new Scope(value);
    }

    /** Adds what a template writes as {@code @name}. */
    void add(String name, Object value) {
        locals.put("@" + name, value);
    }

    /** Names values, as far as the block wants names. */
    void name(List<String> names, List<Object> values) {
        for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
            parameters.put(names.get(i), values.get(i));
        }
    }

    @Override
    public @Nullable Object get(List<PathExpression> path) {
        if (path.getFirst() instanceof PropertyPath) {
            var name = path.getFirst().toString();
            for (var scope = this; scope != null; scope = scope.outer()) {
                var named = scope.parameters.get(name);
                if (named != null) {
                    return follow(named, rest(path));
                }
            }
        }
        return here(path);
    }

    /** Follows a path that begins in this scope; {@code ../name} asks for a key, not for a name. */
    private @Nullable Object here(List<PathExpression> path) {
        if (path.isEmpty()) {
            return model();
        }
        var rest = rest(path);
        return switch (path.getFirst()) {
            case ParentPath _ -> {
                var outer = outer();
                yield outer == null ? null : outer.here(rest);
            }
            case ResolveParentPath _ -> {
                var outer = outer();
                yield outer == null ? null : outer.model();
            }
            case DataPath local -> {
                var value = local(local.toString());
                yield value == null ? null : follow(value, rest);
            }
            default -> super.get(path);
        };
    }

    private @Nullable Object local(String name) {
        var scope = this;
        for (var outer = scope.outer(); outer != null; outer = scope.outer()) {
            var value = scope.locals.get(name);
            if (value != null) {
                return value;
            }
            scope = outer;
        }
        return name.equals(ROOT) ? scope.model() : scope.locals.get(name);
    }

    private @Nullable Object follow(Object value, List<PathExpression> path) {
        if (path.isEmpty()) {
            return value;
        }
        return path.stream().anyMatch(DataPath.class::isInstance)
                ? null
                : inside(this, value).here(path);
    }

    private @Nullable Scope outer() {
        return parent() instanceof Scope scope ? scope : null;
    }

    private static List<PathExpression> rest(List<PathExpression> path) {
        return path.subList(1, path.size());
    }

    /** Looks into maps, and into nothing else. */
    private enum MapsOnly implements ValueResolver {
        INSTANCE;

        @Override
        public @Nullable Object resolve(Object context, String name) {
            return context instanceof Map<?, ?> map ? map.get(name) : null;
        }

        @Override
        public Object resolve(Object context) {
            return context;
        }

        @Override
        public Set<Map.Entry<String, Object>> propertySet(Object context) {
            return Set.of(); // only helpers that we do not have ask for it
        }
    }
}

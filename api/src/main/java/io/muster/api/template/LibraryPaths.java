package io.muster.api.template;

import com.github.jknack.handlebars.PathCompiler;
import java.util.Map;

/**
 * Bounds what the library remembers: it keeps the path of every variable it has ever seen, for ever
 * and for all threads. Whoever may send templates could fill the memory of the server with made-up
 * names.
 */
final class LibraryPaths {
    private static final int MAX_PATHS = 10_000;
    private static final Map<?, ?> CACHE = cache();

    private LibraryPaths() {}

    /** Empties the cache when it has become big; it fills itself again. */
    static void trim() {
        if (CACHE.size() > MAX_PATHS) {
            CACHE.clear();
        }
    }

    static int size() {
        return CACHE.size();
    }

    private static Map<?, ?> cache() {
        try {
            var field = PathCompiler.class.getDeclaredField("cache");
            field.setAccessible(true); // the library offers no other way
            return (Map<?, ?>) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this version of the Handlebars library keeps its paths elsewhere", e);
        }
    }
}

package io.muster.api.template;

import com.github.jknack.handlebars.Decorator;
import com.github.jknack.handlebars.EscapingStrategy;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.Parser;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.cache.TemplateCache;
import com.github.jknack.handlebars.helper.DefaultHelperRegistry;
import com.github.jknack.handlebars.io.AbstractTemplateLoader;
import com.github.jknack.handlebars.io.StringTemplateSource;
import com.github.jknack.handlebars.io.TemplateLoader;
import com.github.jknack.handlebars.io.TemplateSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The library, set up for one rendering: no files, no Java objects, no other helpers than ours, no
 * escaping, nothing taken from outer scopes by accident.
 */
final class Rendering {
    private static final String INDENT = "indent";

    private final Helpers helpers = new Helpers(new Budget());
    private final Handlebars library =
            new Handlebars(loader())
                    .with(new Registry(helpers))
                    .with(EscapingStrategy.NOOP)
                    .with((value, _) -> helpers.written(value))
                    .with(new IndentSources())
                    .prettyPrint(true) // a block tag alone on its line leaves no line behind
                    .parentScopeResolution(false);

    String render(String template, Map<String, Object> values) throws IOException {
        Shape.check(template);
        return helpers.whole(library.compileInline(template), Scope.top(values));
    }

    /** Only looks whether it is a template. */
    void parse(String template) throws IOException {
        Shape.check(template);
        var _ = library.compileInline(template);
    }

    private static TemplateLoader loader() {
        return new AbstractTemplateLoader() {
            @Override
            public TemplateSource sourceAt(String location) {
                if (location.equals(Helpers.LINE_PARTIAL)) {
                    return new StringTemplateSource(location, Helpers.LINE_TAG);
                }
                if (!location.equals(INDENT)) {
                    throw new TemplateFault(
                            "there is no partial \"" + location + "\"",
                            "the only one is " + INDENT);
                }
                return new StringTemplateSource(INDENT, Helpers.INDENTED_TAG);
            }
        };
    }

    /**
     * The library indents the lines of a partial's source, but not those of the values in it. So
     * the indentation is taken off the source, and given to a helper that indents the value.
     */
    private static final class IndentSources implements TemplateCache {
        @Override
        public Template get(TemplateSource source, Parser parser) throws IOException {
            if (!source.filename().equals(INDENT)) {
                return parser.parse(source);
            }
            var text = source.content(StandardCharsets.UTF_8);
            var indentation = text.substring(0, text.indexOf('{'));
            return parser.parse(new StringTemplateSource(INDENT, Helpers.indentedTag(indentation)));
        }

        @Override
        public void clear() {}

        @Override
        public void evict(TemplateSource source) {}

        @Override
        public TemplateCache setReload(boolean reload) {
            return this;
        }
    }

    /** Ours in place of those that come with the library, some of which read files. */
    private static final class Registry extends DefaultHelperRegistry {
        private final Helpers helpers;

        Registry(Helpers helpers) {
            this.helpers = helpers;
        }

        @Override
        @SuppressWarnings("unchecked") // the library's own signature: a helper takes what it gets
        public <C> @Nullable Helper<C> helper(String name) {
            return (Helper<C>) helpers.find(name);
        }

        @Override
        public Decorator decorator(String name) {
            throw new TemplateFault(
                    "there is no decorator \"" + name + "\"", "leave it out; there are none");
        }
    }
}

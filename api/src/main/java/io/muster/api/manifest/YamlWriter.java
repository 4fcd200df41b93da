package io.muster.api.manifest;

import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.emitter.Emitter;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ImplicitTuple;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.events.StreamStartEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Writes trees as YAML, with texts of several lines as blocks.
 *
 * <p>A text is quoted wherever a reader of YAML 1.1 or 1.2 could take it for something else.
 */
public final class YamlWriter {
    /** Several lines that a block shows as they are. */
    private static final Pattern BLOCK =
            Pattern.compile(
                    "[\\x21-\\x7e\\xa1-\\ud7ff\\ue000-\\ufefe][\\t\\n\\x20-\\x7e\\xa1-\\ud7ff\\ue000-\\ufefe]*+");

    private final Emitter emitter;
    private final Resolver older = new Resolver(); // YAML 1.1

    private YamlWriter(Emitter emitter) {
        this.emitter = emitter;
    }

    /** Writes one document, ended by a newline. */
    public static String write(Node node) {
        var out = new StringWriter();
        var options = new DumperOptions();
        options.setSplitLines(false);
        options.setWidth(Integer.MAX_VALUE);
        try {
            var writer = new YamlWriter(new Emitter(out, options));
            writer.emit(new StreamStartEvent(null, null));
            writer.emit(new DocumentStartEvent(null, null, false, null, Map.of()));
            writer.node(node);
            writer.emit(new DocumentEndEvent(null, null, false));
            writer.emit(new StreamEndEvent(null, null));
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return out.toString();
    }

    private void node(Node node) throws IOException {
        switch (node) {
            case Node.Entries(var entries) -> {
                emit(new MappingStartEvent(null, null, true, null, null, FlowStyle.BLOCK));
                for (var entry : entries.entrySet()) {
                    text(entry.getKey(), false);
                    node(entry.getValue());
                }
                emit(new MappingEndEvent(null, null));
            }
            case Node.Items(var items) -> {
                emit(new SequenceStartEvent(null, null, true, null, null, FlowStyle.BLOCK));
                for (var item : items) {
                    node(item);
                }
                emit(new SequenceEndEvent(null, null));
            }
            case Node.Text(var value) -> text(value, true);
            case Node.Whole(var value) -> scalar(Long.toString(value), true, ScalarStyle.PLAIN);
        }
    }

    private void text(String text, boolean mayBeBlock) throws IOException {
        boolean plain =
                Scalars.meaning(text) == Origin.Scalar.TEXT
                        && older.resolve(NodeId.scalar, text, true).equals(Tag.STR);
        boolean lines = text.indexOf('\n') >= 0;
        if (lines && mayBeBlock && BLOCK.matcher(text).matches() && !text.contains(" \n")) {
            scalar(text, false, ScalarStyle.LITERAL);
        } else if (lines || !plain) {
            scalar(text, false, ScalarStyle.DOUBLE_QUOTED);
        } else {
            scalar(text, true, ScalarStyle.PLAIN); // which the emitter quotes where it must
        }
    }

    private void scalar(String value, boolean plain, ScalarStyle style) throws IOException {
        emit(new ScalarEvent(null, null, new ImplicitTuple(plain, true), value, null, null, style));
    }

    private void emit(Event event) throws IOException {
        emitter.emit(event);
    }
}

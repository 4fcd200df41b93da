package io.muster.api.manifest;

import io.muster.api.tree.Node;

/** Writes trees as JSON, two blanks a level. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /** Writes one document, ended by a newline. */
    public static String write(Node node) {
        var writer = new JsonWriter();
        writer.node(node, "\n");
        return writer.out.append('\n').toString();
    }

    private void node(Node node, String lineBreak) {
        switch (node) {
            case Node.Entries(var entries) when entries.isEmpty() -> out.append("{}");
            case Node.Items(var items) when items.isEmpty() -> out.append("[]");
            case Node.Entries(var entries) -> {
                var separator = "{";
                for (var entry : entries.entrySet()) {
                    out.append(separator).append(lineBreak).append("  ");
                    text(entry.getKey());
                    out.append(": ");
                    node(entry.getValue(), lineBreak + "  ");
                    separator = ",";
                }
                out.append(lineBreak).append('}');
            }
            case Node.Items(var items) -> {
                var separator = "[";
                for (var item : items) {
                    out.append(separator).append(lineBreak).append("  ");
                    node(item, lineBreak + "  ");
                    separator = ",";
                }
                out.append(lineBreak).append(']');
            }
            case Node.Text(var value) -> text(value);
            case Node.Whole(var value) -> out.append(value);
        }
    }

    /** Writes a string; what a terminal would act on is escaped too. */
    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}

package io.muster.api.manifest;

import io.muster.api.tree.Node;

/** Writes trees as JSON: two blanks a level, or all in one line. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final boolean compact;

    private JsonWriter(boolean compact) {
        this.compact = compact;
    }

    /** Writes one document, ended by a newline. */
    public static String write(Node node) {
        var writer = new JsonWriter(false);
        writer.node(node, "\n");
        return writer.out.append('\n').toString();
    }

    /** Writes one document in one line, ended by a newline. */
    public static String line(Node node) {
        var writer = new JsonWriter(true);
        writer.node(node, "");
        return writer.out.append('\n').toString();
    }

    private void node(Node node, String lineBreak) {
        switch (node) {
            case Node.Entries(var entries) when entries.isEmpty() -> out.append("{}");
            case Node.Items(var items) when items.isEmpty() -> out.append("[]");
            case Node.Entries(var entries) -> {
                var separator = "{";
                for (var entry : entries.entrySet()) {
                    out.append(separator).append(deeper(lineBreak));
                    text(entry.getKey());
                    out.append(compact ? ":" : ": ");
                    node(entry.getValue(), deeper(lineBreak));
                    separator = ",";
                }
                out.append(lineBreak).append('}');
            }
            case Node.Items(var items) -> {
                var separator = "[";
                for (var item : items) {
                    out.append(separator).append(deeper(lineBreak));
                    node(item, deeper(lineBreak));
                    separator = ",";
                }
                out.append(lineBreak).append(']');
            }
            case Node.Text(var value) -> text(value);
            case Node.Whole(var value) -> out.append(value);
        }
    }

    private String deeper(String lineBreak) {
        return compact ? "" : lineBreak + "  ";
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

package io.muster.api.tree;

/**
 * Where the nodes of a tree were written, for those who have to say what is wrong with them.
 *
 * <p>Nodes are told apart by identity, not by value.
 */
public interface Origin {
    /** A tree that comes from a message: no places, and every text is meant as text. */
    Origin NONE =
            new Origin() {
                @Override
                public String place(Node node) {
                    return "";
                }

                @Override
                public String place(Node.Entries map, String key) {
                    return "";
                }

                @Override
                public Scalar scalar(Node.Text text) {
                    return Scalar.TEXT;
                }

                @Override
                public boolean isWhole(Node.Entries map) {
                    return true;
                }
            };

    /** Returns the place of a node, such as {@code web.yaml:12:7}; empty if unknown. */
    String place(Node node);

    /** Returns the place of a key; empty if unknown. */
    String place(Node.Entries map, String key);

    /** Says what a scalar was meant as. */
    Scalar scalar(Node.Text text);

    /** Says whether a map has all that was written, so that a key that it lacks is missing. */
    boolean isWhole(Node.Entries map);

    /** What a scalar without quotes means in YAML. */
    enum Scalar {
        /** A text. */
        TEXT("text"),
        /** Nothing at all. */
        NOTHING("nothing"),
        /** A number. */
        NUMBER("a number"),
        /** True or false. */
        TRUTH("a boolean");

        private final String words;

        Scalar(String words) {
            this.words = words;
        }

        /** Returns the word for messages. */
        public String words() {
            return words;
        }
    }
}

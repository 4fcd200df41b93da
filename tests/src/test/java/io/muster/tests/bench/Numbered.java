package io.muster.tests.bench;

import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Things in the desired state that carry a number, by which their versions can be told. */
interface Numbered {
    /** Returns the part of the desired state in which they are. */
    String part();

    /** Returns one as of this number, which is never below 1. */
    Node of(String name, long number);

    /** Returns the number of one; 0 if it has none. */
    long read(Node node);

    /** Texts among the configs. */
    Numbered CONFIGS =
            new Numbered() {
                @Override
                public String part() {
                    return "configs";
                }

                @Override
                public Node of(String name, long number) {
                    return new Node.Text(Long.toString(number));
                }

                @Override
                public long read(Node node) {
                    return node instanceof Node.Text(var text) ? Long.parseLong(text) : 0;
                }
            };

    /**
     * Native workloads of one agent, which tell what happens to them: below a folder, each start
     * adds a line with number, pid and time (milliseconds) to {@code <name>.starts}; who finds that
     * another process of the same name still lives adds a line to {@code <name>.doubles}. Every
     * fourth number runs nowhere.
     */
    record Workloads(String agent, String folder) implements Numbered {
        /** What its process is known by. */
        static final String SLEEPS = "1000000";

        private static final Pattern NUMBER = Pattern.compile("number=(\\d+)");
        private static final int REST = 4;

        static boolean rests(long number) {
            return number % REST == 0;
        }

        @Override
        public String part() {
            return "workloads";
        }

        @Override
        public Node of(String name, long number) {
            var entries = new LinkedHashMap<String, Node>();
            entries.put("agent", new Node.Text(rests(number) ? "" : agent));
            entries.put("runtime", new Node.Text("native"));
            entries.put("restartPolicy", new Node.Text("ALWAYS"));
            entries.put(
                    "runtimeConfig",
                    new Node.Text(
                            "command: sh%nargs: [-c, '%s']%nstopTimeout: 5%n"
                                    .formatted(script(name, number))));
            return new Node.Entries(entries);
        }

        /** What it runs; without single quotes. */
        String script(String name, long number) {
            return ("number=%d; cd %s; exec 9>%s.lock; flock -n 9 || echo $number $$ >>%s.doubles;"
                            + " echo $number $$ $(date +%%s%%3N) >>%s.starts; exec sleep %s")
                    .formatted(number, folder, name, name, name, SLEEPS);
        }

        @Override
        public long read(Node node) {
            if (node instanceof Node.Entries(Map<String, Node> entries)
                    && entries.get("runtimeConfig") instanceof Node.Text(var text)) {
                var found = NUMBER.matcher(text);
                return found.find() ? Long.parseLong(found.group(1)) : 0;
            }
            return 0;
        }
    }
}

package io.muster.api.manifest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts that are meant to cost whoever reads them more than whoever wrote them. */
final class HostileTexts {
    private static final String WORKLOAD =
            """
            apiVersion: v1
            workloads:
              web:
                agent: a
                runtime: r
                runtimeConfig: x
            """;

    private static final String END = "\n";

    private HostileTexts() {}

    /** Returns makers of texts of about as many characters as they are told, by what they are. */
    static Map<String, IntFunction<String>> all() {
        var texts = new LinkedHashMap<String, IntFunction<String>>();
        texts.put("aliases of aliases", HostileTexts::bomb);
        texts.put("aliases that stand for just not too much", HostileTexts::quietBomb);
        texts.put("aliases without end", size -> "a: &a x\nb: [" + "*a,".repeat(size / 3) + "x]");
        texts.put(
                "anchors without end",
                size -> "a: [" + lines(size / 10, ",", "&a%d x"::formatted) + "]");
        texts.put("an alias of what it is in", _ -> "a: &a [*a, *a]");

        texts.put("lists in lists", "["::repeat);
        texts.put("maps in maps", size -> "{a: ".repeat(size / 4));
        texts.put("lists in lists on one line", size -> "- ".repeat(size / 2));
        texts.put("keys in keys", size -> "? ".repeat(size / 2));
        texts.put("lists in lists in a config", size -> config("[".repeat(size)));
        texts.put("maps in maps in a config", size -> config("{a: ".repeat(size / 4)));
        texts.put(
                "maps in maps by indentation",
                size ->
                        IntStream.range(0, (int) Math.sqrt(2.0 * size))
                                .mapToObj(i -> " ".repeat(i) + "a:\n")
                                .collect(Collectors.joining()));

        texts.put("a long line", size -> config("x".repeat(size)));
        texts.put("a long line of words", size -> config("x ".repeat(size / 2)));
        texts.put("a long line of quotes", size -> config("'" + "''".repeat(size / 2) + "'"));
        texts.put("a long line of escapes", size -> config(quoted("\\u0041".repeat(size / 6))));
        texts.put("escapes of half characters", size -> config(quoted("\\ud83d".repeat(size / 6))));
        texts.put("half characters", size -> config("\ud83d".repeat(size)));
        texts.put("characters of two", size -> config("\ud83d\ude00".repeat(size / 2)));
        texts.put("a quote that does not end", size -> config("\"" + "x ".repeat(size / 2)));
        texts.put("lines of a quote", size -> config(quoted("x\n\n".repeat(size / 3))));
        texts.put("a block of many lines", size -> config("|\n" + "  x\n".repeat(size / 4)));
        texts.put("a block of empty lines", size -> config(">\n" + END.repeat(size)));
        texts.put("a block that is indented more and more", HostileTexts::stairs);
        texts.put("a number of many digits", size -> config("9".repeat(size)));
        texts.put("a key of a long line", size -> "x".repeat(size) + ": y");

        texts.put("many keys", size -> lines(size / 10, END, "k%d: v"::formatted));
        texts.put("one key many times", size -> "a: x\n".repeat(size / 5));
        texts.put("merge keys", size -> "<<: x\n".repeat(size / 6));
        texts.put("tags of YAML", size -> config("[" + "!x a,".repeat(size / 5) + "]"));
        texts.put(
                "many workloads that lack everything",
                size ->
                        "apiVersion: v1\nworkloads:\n"
                                + lines(size / 12, END, "  w%d: {}"::formatted));
        texts.put(
                "many workloads that are well",
                size ->
                        "apiVersion: v1\nworkloads:\n"
                                + lines(
                                        size / 60,
                                        END,
                                        "  w%d: {agent: a, runtime: r, runtimeConfig: x}"
                                                ::formatted));
        texts.put(
                "workloads that wait for each other",
                size ->
                        "apiVersion: v1\nworkloads:\n"
                                + lines(
                                        size / 110,
                                        END,
                                        i ->
                                                ("  w%d: {agent: a, runtime: r, runtimeConfig: x,"
                                                                + " dependencies: {w%d:"
                                                                + " ADD_COND_RUNNING, w%d:"
                                                                + " ADD_COND_RUNNING}}")
                                                        .formatted(i, i / 2, i + 1)));
        texts.put(
                "many tags",
                size ->
                        WORKLOAD
                                + "    tags:\n"
                                + lines(size / 14, END, "      k%d: v"::formatted));
        texts.put(
                "many unknown fields",
                size -> WORKLOAD + lines(size / 22, END, "    runtimeconfig%d: v"::formatted));
        texts.put(
                "many files that are wrong",
                size -> WORKLOAD + "    files:\n" + "    - {data: 1, x: y}\n".repeat(size / 22));
        texts.put(
                "many rules that are wrong",
                size ->
                        WORKLOAD
                                + "    controlInterfaceAccess:\n      allowRules:\n"
                                + "      - {type: S, filterMasks: [a..b]}\n".repeat(size / 39));
        texts.put(
                "many fields of one template",
                size ->
                        WORKLOAD.replace("x\n", "\"" + "{{a.b}}".repeat(size / 7) + "\"\n")
                                + "    configs: {a: a}\nconfigs: {a: {b: c}}\n");
        texts.put(
                "blocks in blocks of a template",
                size ->
                        WORKLOAD.replace("x\n", "\"" + "{{#if a}}".repeat(size / 9) + "\"\n")
                                + "    configs: {a: a}\nconfigs: {a: b}\n");
        texts.put(
                "loops in loops of a template",
                size ->
                        WORKLOAD.replace(
                                        "x\n",
                                        "\""
                                                + "{{#each a}}".repeat(8)
                                                + "x"
                                                + "{{/each}}".repeat(8)
                                                + "\"\n")
                                + "    configs: {a: a}\nconfigs:\n  a: ["
                                + "x,".repeat(size / 2)
                                + "x]\n");

        texts.put("comments", "#"::repeat);
        texts.put("lines of comments", size -> "#\n".repeat(size / 2));
        texts.put("empty lines", END::repeat);
        texts.put("blanks", " "::repeat);
        texts.put("tabs", "\t"::repeat);
        texts.put("returns", "\r"::repeat);
        texts.put("documents", size -> "---\n".repeat(size / 4));
        texts.put("directives", size -> lines(size / 16, END, "%%TAG !a%d! b"::formatted));
        texts.put("byte order marks", "\ufeff"::repeat);
        texts.put("zeros", "\0"::repeat);
        texts.put("colons", ": "::repeat);
        texts.put("commas", ","::repeat);
        texts.put("question marks", "?\n"::repeat);
        texts.put("braces of templates", "{{"::repeat);
        return texts;
    }

    private static String config(String value) {
        return "apiVersion: v1\nconfigs:\n  a: " + value;
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String lines(int count, String end, IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining(end));
    }

    /** Ten of the level before on each level. */
    private static String bomb(int size) {
        var text =
                new StringBuilder("apiVersion: v1\nconfigs:\n  a0: &a0 [x, x, x, x, x, x, x, x]\n");
        for (int i = 1; text.length() < Math.min(size, 4_000); i++) {
            text.append("  a%d: &a%d [".formatted(i, i));
            text.append("*a%d, ".formatted(i - 1).repeat(10)).append("x]\n");
        }
        return text.toString();
    }

    /** One list, and as many more of it as are read. */
    private static String quietBomb(int size) {
        int items = Math.min(size / 3, 1_000);
        int aliases = Math.min(size / 3, YamlTree.MAX_ALIASES - 60);
        return config(
                "&a [" + "x, ".repeat(items) + "x]\n  b: [" + "*a, ".repeat(aliases) + "x]\n");
    }

    private static String stairs(int size) {
        return config(
                "|\n"
                        + IntStream.range(2, (int) Math.sqrt(2.0 * size))
                                .mapToObj(i -> " ".repeat(i) + "x\n")
                                .collect(Collectors.joining()));
    }
}

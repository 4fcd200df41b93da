package io.muster.cli.command;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.manifest.YamlWriter;
import io.muster.api.tree.Node;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.OptionSpec;

/** Answers for people or for programs: the option {@code --output}. */
final class Output {
    private static final String NAME = "--output";
    private static final List<String> FORMATS = List.of("yaml", "json");

    private final Call call;
    private final Optional<String> format;

    private Output(Call call, Optional<String> format) {
        this.call = call;
        this.format = format;
    }

    static OptionSpec option() {
        return Specs.choice(
                "FORMAT", FORMATS, "yaml or json, for programs. Default: text", "-o", NAME);
    }

    /** The option of commands whose answer is a document in any case. */
    static OptionSpec document() {
        return Specs.choice("FORMAT", FORMATS, "yaml or json. Default: yaml", "-o", NAME);
    }

    /** Says which kind of document is wanted. */
    static boolean wantsJson(Call call) {
        return of(call).format.filter("json"::equals).isPresent();
    }

    /** Reads the option. */
    static Output of(Call call) {
        var format = call.value(NAME);
        if (format.isPresent() && !FORMATS.contains(format.get())) {
            throw call.misuse(
                    "%s \"%s\" is no format; write yaml or json".formatted(NAME, format.get()));
        }
        return new Output(call, format);
    }

    /** Says whether a document is wanted. */
    boolean isForPrograms() {
        return format.isPresent();
    }

    /** Prints the tree if a format was asked for, else the lines. */
    void print(Supplier<? extends Node> tree, Supplier<List<String>> lines) {
        if (format.isEmpty()) {
            call.terminal().print(lines.get());
        } else {
            call.terminal()
                    .print(
                            format.get().equals("json")
                                    ? JsonWriter.write(tree.get())
                                    : YamlWriter.write(tree.get()));
        }
    }
}

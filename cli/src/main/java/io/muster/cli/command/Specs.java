package io.muster.cli.command;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * How commands are declared: picocli's own declarations, with the conventions of this program.
 *
 * <p>Without annotations, since reflecting on them would cost time at each start. A declaration
 * belongs to one command line that is read; it keeps the values, so it is made anew each time.
 *
 * <p>The help of a command is a format: a percent sign is written twice. That of an option is not.
 */
final class Specs {
    private static final int HELP_WIDTH = 80;

    private Specs() {}

    /** Something to do; its options and operands are listed in the help in this order. */
    static CommandSpec command(String name, String help, Action action, ArgSpec... arguments) {
        return spec(CommandSpec.wrapWithoutInspection(action), name, help, List.of(arguments));
    }

    /** The same for a command whose exit code is part of its answer. */
    static CommandSpec question(String name, String help, Question question, ArgSpec... arguments) {
        return spec(CommandSpec.wrapWithoutInspection(question), name, help, List.of(arguments));
    }

    /** Something that needs no cluster and no settings: it only prints. */
    static CommandSpec guide(String name, String help, Guide guide, ArgSpec... arguments) {
        return spec(CommandSpec.wrapWithoutInspection(guide), name, help, List.of(arguments));
    }

    /** A group of commands. */
    static CommandSpec group(
            String name, String help, List<? extends ArgSpec> options, CommandSpec... commands) {
        var group = spec(CommandSpec.create(), name, help, options);
        for (var command : commands) {
            group.addSubcommand(command.name(), command);
        }
        return group;
    }

    private static CommandSpec spec(
            CommandSpec spec, String name, String help, List<? extends ArgSpec> arguments) {
        spec.name(name);
        spec.usageMessage()
                .description(help.split("\n", -1))
                .sortOptions(false)
                .synopsisSubcommandLabel("COMMAND")
                .synopsisHeading("Usage: ")
                .descriptionHeading("%n")
                .parameterListHeading("%nOperands:%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n");
        arguments.forEach(spec::add);
        return spec.addOption(
                OptionSpec.builder("-h", "--help")
                        .type(boolean.class)
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
    }

    /** A switch that is off unless given. */
    static OptionSpec flag(String help, String... names) {
        return option(help, names).type(boolean.class).build();
    }

    /** An option with a value, which the help calls {@code label}. */
    static OptionSpec value(String label, String help, String... names) {
        return option(help, names).paramLabel(label).type(String.class).build();
    }

    /** An option with one of a few values. */
    static OptionSpec choice(String label, List<String> values, String help, String... names) {
        return option(help, names)
                .paramLabel(label)
                .type(String.class)
                .completionCandidates(values)
                .build();
    }

    /** An option with a value that must be given. */
    static OptionSpec required(String label, String help, String... names) {
        return option(help, names).paramLabel(label).type(String.class).required(true).build();
    }

    /** An option with a value that may be given more than once. */
    static OptionSpec many(String label, String help, String... names) {
        return option(help, names)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .build();
    }

    private static OptionSpec.Builder option(String help, String... names) {
        return OptionSpec.builder(names).description(help.split("\n", -1));
    }

    /** Any number of operands. */
    static PositionalParamSpec any(String label, String help) {
        return operands(label, help, "0..*", "0..*").build();
    }

    /** One operand, or more. */
    static PositionalParamSpec some(String label, String help) {
        return operands(label, help, "0..*", "1..*").build();
    }

    /** Exactly one operand. */
    static PositionalParamSpec one(String label, String help) {
        return operands(label, help, "0", "1").build();
    }

    /** Exactly one operand, out of a few. */
    static PositionalParamSpec oneOf(List<String> values, String label, String help) {
        return operands(label, help, "0", "1").completionCandidates(values).build();
    }

    private static PositionalParamSpec.Builder operands(
            String label, String help, String index, String arity) {
        return PositionalParamSpec.builder()
                .paramLabel(label)
                .description(help)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .index(index)
                .arity(arity)
                .required(!arity.startsWith("0"));
    }

    /** Returns what reads a command line of this program. */
    static CommandLine line(CommandSpec program) {
        return new CommandLine(program)
                .setExpandAtFiles(false) // a runtimeConfig or a tag may begin with @
                .setInterpolateVariables(false)
                .setAllowOptionsAsOptionParameters(false)
                .setColorScheme(Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(HELP_WIDTH);
    }
}

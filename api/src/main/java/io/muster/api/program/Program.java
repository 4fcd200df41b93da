package io.muster.api.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs the command of a program with the conventions of all programs.
 *
 * <p>Flags win over the environment, that over the configuration file, that over built-in defaults.
 * Every option {@code --some-name} is also the environment variable {@code <PREFIX>SOME_NAME} and
 * the key {@code some_name}.
 */
public final class Program {
    /** Done, also when a workload ended Failed. */
    public static final int DONE = 0;

    /** Failed; the reason is on standard error. */
    public static final int FAILED = 1;

    /** Misused: the command line or the environment. */
    public static final int MISUSED = 2;

    private static final String PICOCLI_PREFIX = "Invalid value for ";

    private final String name;
    private final String environmentPrefix;
    private final List<String> configOptions;
    private final List<Path> configPlaces;

    /**
     * Describes a program.
     *
     * @param name what {@code --version} prints first
     * @param environmentPrefix such as {@code MUSTER_SERVER_}
     * @param configOptions spellings of the option that names the configuration file
     * @param configPlaces where to look for one when none is named
     */
    public Program(
            String name,
            String environmentPrefix,
            List<String> configOptions,
            List<Path> configPlaces) {
        this.name = name;
        this.environmentPrefix = environmentPrefix;
        this.configOptions = List.copyOf(configOptions);
        this.configPlaces = List.copyOf(configPlaces);
    }

    /**
     * Reads the configuration file that the arguments name, or the first that exists of the usual
     * places.
     *
     * @throws ProgramFailure if a file that was named is missing, or one that exists cannot be read
     */
    public ConfigFile config(String[] arguments) throws ProgramFailure {
        return ConfigFile.find(arguments, configOptions, configPlaces);
    }

    /**
     * Parses the arguments into {@code command} and calls it.
     *
     * @param command a picocli command; a {@link ProgramFailure} that it throws becomes {@code
     *     error: ...} and exit code 1
     * @return the exit code
     */
    public int run(Callable<Integer> command, String[] arguments, Map<String, String> environment) {
        var line = new CommandLine(command);
        line.setCommandName(name);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, self, _) -> failed(self, e));
        ConfigFile config;
        try {
            config = config(arguments);
            var known = ConfigFile.keysOf(line, configOptions);
            if (command instanceof ConfigFile.Reader reader) {
                known.addAll(reader.furtherKeys());
                config.check(known);
                reader.read(config);
            } else {
                config.check(known);
            }
        } catch (ProgramFailure e) {
            return failed(line, e);
        }
        var origins = new Origins(environmentPrefix, List.of(arguments), environment, config);
        line.setParameterExceptionHandler(
                (e, _) -> failed(e.getCommandLine(), located(e, origins)));
        IVersionProvider version = () -> new String[] {name + " " + Version.current()};
        var defaults = new ProgramDefaults(origins);
        forAll(
                line,
                each -> {
                    each.getCommandSpec().versionProvider(version);
                    each.setDefaultValueProvider(defaults);
                });
        return line.execute(arguments);
    }

    private static void forAll(CommandLine line, Consumer<CommandLine> change) {
        change.accept(line);
        line.getSubcommands().values().forEach(each -> forAll(each, change));
    }

    /**
     * Says that the value of an option makes no sense. Thrown by a command, it is shown with the
     * place that the value stands at: on the command line or in the environment, which is misuse,
     * or in the configuration file.
     *
     * @param option its name, such as {@code --address}
     * @param complaint what is wrong, and what to write instead
     */
    public static ParameterException wrong(CommandSpec command, String option, String complaint) {
        return new ParameterException(
                command.commandLine(), complaint, command.findOption(option), "");
    }

    private static ProgramFailure located(ParameterException e, Origins origins) {
        var text = String.valueOf(e.getMessage());
        if (e instanceof MissingParameterException
                || !(e.getArgSpec() instanceof OptionSpec option)) {
            return ProgramFailure.misuse(text);
        }
        int reason = text.startsWith(PICOCLI_PREFIX) ? text.indexOf("': ") : -1;
        return origins.wrong(option, reason < 0 ? text : text.substring(reason + "': ".length()));
    }

    private static int failed(CommandLine line, Exception failure) {
        var err = line.getErr();
        if (!(failure instanceof ProgramFailure known)) {
            err.println("error: " + failure);
            failure.printStackTrace(err); // a bug: whoever reports it needs this
            return FAILED;
        }
        err.println("error: " + known.getMessage());
        if (!known.isMisuse()) {
            return FAILED;
        }
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return MISUSED;
    }
}

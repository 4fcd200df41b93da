package io.muster.api.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;

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
     * Parses the arguments into {@code command} and calls it, unless something is wrong with them,
     * the environment or the configuration file: all of that is said at once.
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
        } catch (ProgramFailure e) {
            return failed(line, e);
        }
        var origins = new Origins(environmentPrefix, List.of(arguments), environment, config);
        line.setParameterExceptionHandler(
                (e, _) -> failed(e.getCommandLine(), Arguments.located(e, origins)));
        IVersionProvider version = () -> new String[] {name + " " + Version.current()};
        var defaults = new ProgramDefaults(origins);
        forAll(
                line,
                each -> {
                    each.getCommandSpec().versionProvider(version);
                    each.setDefaultValueProvider(defaults);
                });
        var problems = new ArrayList<ProgramFailure>();
        for (var problem : inFile(command, line, config)) {
            problems.add(new ProgramFailure(problem));
        }
        problems.addAll(new Arguments(line, origins, defaults).problems());
        return problems.isEmpty() ? line.execute(arguments) : failed(line, problems);
    }

    private List<String> inFile(Object command, CommandLine line, ConfigFile config) {
        var known = ConfigFile.keysOf(line, configOptions);
        var problems = new ArrayList<String>();
        if (command instanceof ConfigFile.Reader reader) {
            known.addAll(reader.furtherKeys());
            reader.read(config).forEach(problem -> problems.add(problem.toString()));
        }
        problems.addAll(config.unknown(known));
        problems.addAll(config.misshapen(line));
        return problems;
    }

    private static void forAll(CommandLine line, Consumer<CommandLine> change) {
        change.accept(line);
        line.getSubcommands().values().forEach(each -> forAll(each, change));
    }

    private static int failed(CommandLine line, Exception failure) {
        var err = line.getErr();
        if (!(failure instanceof ProgramFailure known)) {
            err.println("error: " + failure);
            failure.printStackTrace(err); // a bug: whoever reports it needs this
            return FAILED;
        }
        return failed(line, List.of(known));
    }

    private static int failed(CommandLine line, List<ProgramFailure> problems) {
        var err = line.getErr();
        problems.stream()
                .map(ProgramFailure::getMessage)
                .distinct()
                .forEach(message -> err.println("error: " + message));
        if (problems.stream().noneMatch(ProgramFailure::isMisuse)) {
            return FAILED;
        }
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return MISUSED;
    }
}

package io.muster.api.program;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where the values of options come from: the command line, else the environment, else the
 * configuration file.
 *
 * @param prefix of environment variables
 */
record Origins(
        String prefix, List<String> arguments, Map<String, String> environment, ConfigFile config) {
    Origins {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** Says that the value of an option makes no sense, and where it stands. */
    ProgramFailure wrong(OptionSpec option, String complaint) {
        var key = ConfigFile.keyOf(option);
        if (Stream.of(option.names()).anyMatch(this::isGiven)) {
            return ProgramFailure.misuse(option.longestName() + ": " + complaint);
        }
        var variable = variable(key);
        if (environment.containsKey(variable)) {
            return ProgramFailure.misuse(variable + ": " + complaint);
        }
        return config.text(key).isPresent()
                ? new ProgramFailure(config.placeOf(key) + ": " + complaint)
                : ProgramFailure.misuse(option.longestName() + ": " + complaint);
    }

    String variable(String key) {
        return prefix + key.toUpperCase(Locale.ROOT);
    }

    /** Says whether a word is this option together with its value. */
    static boolean isJoined(String word, String name) {
        boolean isShort = !name.startsWith("--");
        return word.startsWith(name + "=")
                || (isShort && word.startsWith(name) && word.length() > name.length());
    }

    private boolean isGiven(String name) {
        return arguments.stream().anyMatch(given -> given.equals(name) || isJoined(given, name));
    }
}

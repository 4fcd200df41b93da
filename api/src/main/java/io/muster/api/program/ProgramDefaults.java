package io.muster.api.program;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the value of an option that was not given from the environment, then from the configuration
 * file.
 */
final class ProgramDefaults implements IDefaultValueProvider {
    private final String prefix;
    private final Map<String, String> environment;
    private final ConfigFile config;

    ProgramDefaults(String prefix, Map<String, String> environment, ConfigFile config) {
        this.prefix = prefix;
        this.environment = environment;
        this.config = config;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.isMultiValue()) {
            return null; // lists and maps are merged by the program: given ones replace the file's
            // as a whole
        }
        var key = ConfigFile.keyOf(option);
        var fromEnvironment = environment.get(prefix + key.toUpperCase(Locale.ROOT));
        return fromEnvironment != null ? fromEnvironment : config.text(key).orElse(null);
    }
}

package io.muster.api.program;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the value of an option that was not given from the environment, then from the configuration
 * file.
 */
final class ProgramDefaults implements IDefaultValueProvider {
    private final Origins origins;

    ProgramDefaults(Origins origins) {
        this.origins = origins;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.isMultiValue()) {
            return null; // lists and maps are merged by the program: given ones replace the file's
            // as a whole
        }
        var key = ConfigFile.keyOf(option);
        var fromEnvironment = origins.environment().get(origins.variable(key));
        return fromEnvironment != null ? fromEnvironment : origins.config().text(key).orElse(null);
    }
}

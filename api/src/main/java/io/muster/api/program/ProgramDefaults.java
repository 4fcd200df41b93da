package io.muster.api.program;

import java.util.HashSet;
import java.util.Set;
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
    private final Set<OptionSpec> ignored = new HashSet<>();

    ProgramDefaults(Origins origins) {
        this.origins = origins;
    }

    /** Has nothing for this option from now on; returns whether that is new. */
    boolean ignore(OptionSpec option) {
        return ignored.add(option);
    }

    /** Has something for all options again. */
    void useAll() {
        ignored.clear();
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)
                || option.isMultiValue()
                || ignored.contains(option)) {
            return null; // lists and maps are merged by the program: given ones replace the file's
            // as a whole
        }
        var key = ConfigFile.keyOf(option);
        var fromEnvironment = origins.environment().get(origins.variable(key));
        return fromEnvironment != null ? fromEnvironment : origins.config().text(key).orElse(null);
    }
}

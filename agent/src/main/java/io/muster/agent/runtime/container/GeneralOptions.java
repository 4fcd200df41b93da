package io.muster.agent.runtime.container;

import io.muster.agent.runtime.Faults;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.util.List;
import java.util.regex.Pattern;

/** The options of a program itself, before any sub-command. */
final class GeneralOptions {
    /** Options that lead to another podman: the processes there cannot be watched from here. */
    private static final Pattern REMOTE =
            Pattern.compile("(--(url|connection|identity)(=.*)?|--remote(=true)?|-[cr])");

    private GeneralOptions() {}

    /** Refuses those that lead to another machine. */
    static void check(List<String> options) throws RuntimeFailure {
        var faults = new Faults();
        for (var option : options) {
            if (REMOTE.matcher(option).matches()) {
                faults.check(() -> {
                    throw RuntimeConfig.refusal(
                            "runtimeConfig.generalOptions",
                            "\"%s\" leads to another podman, but an agent watches the processes of its own machine; leave it out, and run an agent there"
                                    .formatted(option));
                });
            }
        }
        faults.conclude();
    }
}

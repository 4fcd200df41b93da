package io.muster.agent.runtime.podman;

import io.muster.agent.runtime.Faults;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtimeConfig of a podman workload. Keys that are not known are ignored, as Ankaios does, so
 * that its manifests work as they are; the log names them.
 *
 * @param generalOptions before the sub-command of every call that concerns the container
 * @param commandOptions of {@code podman run}
 * @param commandArgs what the container runs
 */
record PodmanConfig(
        List<String> generalOptions,
        String image,
        List<String> commandOptions,
        List<String> commandArgs) {
    private static final Logger log = LoggerFactory.getLogger(PodmanConfig.class);
    private static final List<String> KEYS =
            List.of("generalOptions", "image", "commandOptions", "commandArgs");

    /** Options that lead to another podman: the processes there cannot be watched from here. */
    private static final Pattern REMOTE =
            Pattern.compile("(--(url|connection|identity)(=.*)?|--remote(=true)?|-[cr])");

    static PodmanConfig parse(String runtimeConfig) throws RuntimeFailure {
        var config = RuntimeConfig.parse(runtimeConfig);
        var unknown = config.otherThan(KEYS);
        if (!unknown.isEmpty()) {
            log.atWarn()
                    .addKeyValue("keys", String.join(", ", unknown))
                    .log("keys of a runtimeConfig are not known to podman workloads; ignored");
        }
        var faults = new Faults();
        var parsed =
                new PodmanConfig(
                        faults.read(List.of(), () -> config.texts("generalOptions")),
                        faults.read(
                                "",
                                () ->
                                        config.mandatoryText(
                                                "image", "docker.io/library/nginx:alpine")),
                        faults.read(List.of(), () -> config.texts("commandOptions")),
                        faults.read(List.of(), () -> config.texts("commandArgs")));
        for (var option : parsed.generalOptions()) {
            faults.check(() -> checkLocal(option));
        }
        faults.conclude();
        return parsed;
    }

    private static void checkLocal(String option) throws RuntimeFailure {
        if (REMOTE.matcher(option).matches()) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.generalOptions",
                    "\"%s\" leads to another podman, but an agent watches the processes of its own machine; leave it out, and run an agent there"
                            .formatted(option));
        }
    }
}

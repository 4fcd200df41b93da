package io.muster.agent.runtime.container;

import io.muster.agent.runtime.Faults;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtimeConfig of a workload in a container. Keys that are not known are ignored, as Ankaios
 * does, so that its manifests work as they are; the log names them.
 *
 * @param generalOptions before the sub-command of every call that concerns the container
 * @param commandOptions of {@code run}
 * @param commandArgs what the container runs
 */
record ContainerConfig(
        List<String> generalOptions,
        String image,
        List<String> commandOptions,
        List<String> commandArgs) {
    private static final Logger log = LoggerFactory.getLogger(ContainerConfig.class);
    private static final String STOP_TIMEOUT = "--stop-timeout";
    private static final List<String> REMOVAL = List.of("--rm", "--rm=true");
    private static final List<String> KEYS =
            List.of("generalOptions", "image", "commandOptions", "commandArgs");

    /** Returns what its options say beyond the start; the last one wins. */
    Traits traits() {
        var grace = Traits.USUAL_GRACE;
        for (int i = 0; i < commandOptions.size(); i++) {
            var option = commandOptions.get(i);
            var value =
                    option.equals(STOP_TIMEOUT) && i + 1 < commandOptions.size()
                            ? commandOptions.get(i + 1)
                            : option.startsWith(STOP_TIMEOUT + "=")
                                    ? option.substring(STOP_TIMEOUT.length() + 1)
                                    : "";
            if (value.matches("[0-9]{1,9}")) { // of others the program complains
                grace = Duration.ofSeconds(Long.parseLong(value));
            }
        }
        return new Traits(commandOptions.stream().anyMatch(REMOVAL::contains), grace);
    }

    static ContainerConfig parse(String runtimeConfig) throws RuntimeFailure {
        var config = RuntimeConfig.parse(runtimeConfig);
        var unknown = config.otherThan(KEYS);
        if (!unknown.isEmpty()) {
            log.atWarn()
                    .addKeyValue("keys", String.join(", ", unknown))
                    .log("keys of a runtimeConfig are not known to containers; ignored");
        }
        var faults = new Faults();
        var parsed =
                new ContainerConfig(
                        faults.read(List.of(), () -> config.texts("generalOptions")),
                        faults.read(
                                "",
                                () ->
                                        config.mandatoryText(
                                                "image", "docker.io/library/nginx:alpine")),
                        faults.read(List.of(), () -> config.texts("commandOptions")),
                        faults.read(List.of(), () -> config.texts("commandArgs")));
        faults.check(() -> GeneralOptions.check(parsed.generalOptions()));
        faults.conclude();
        return parsed;
    }
}

package io.muster.agent.runtime.container;

import io.muster.agent.runtime.Faults;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
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
    private static final List<String> KEYS =
            List.of("generalOptions", "image", "commandOptions", "commandArgs");

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

package io.muster.agent.runtime.container;

import io.muster.agent.runtime.Faults;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtimeConfig of a podman-kube workload. Keys that are not known are ignored, as Ankaios
 * does.
 *
 * @param generalOptions before the sub-command of every call that concerns the pods
 * @param playOptions of {@code podman kube play}
 * @param downOptions of {@code podman kube down}
 * @param controlInterfaceTarget which container may talk to the agent; empty if that is not said
 * @param manifest the documents, as they are written
 * @param parsed the same, as far as an agent has to know it
 */
record KubeConfig(
        List<String> generalOptions,
        List<String> playOptions,
        List<String> downOptions,
        String controlInterfaceTarget,
        String manifest,
        KubeManifest parsed) {
    private static final Logger log = LoggerFactory.getLogger(KubeConfig.class);

    /** The text is kept in a label, which has to fit into one word of a command line (128 KiB). */
    private static final int LONGEST = 96_000;

    private static final List<String> KEYS =
            List.of(
                    "generalOptions",
                    "playOptions",
                    "downOptions",
                    "controlInterfaceTarget",
                    "manifest");

    static KubeConfig parse(String runtimeConfig) throws RuntimeFailure {
        int length = runtimeConfig.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig",
                    "has %d bytes, and podman-kube can keep %d; make several workloads of it"
                            .formatted(length, LONGEST));
        }
        var config = RuntimeConfig.parse(runtimeConfig);
        var unknown = config.otherThan(KEYS);
        if (!unknown.isEmpty()) {
            log.atWarn()
                    .addKeyValue("keys", String.join(", ", unknown))
                    .log("keys of a runtimeConfig are not known to pods; ignored");
        }
        var faults = new Faults();
        var general = faults.read(List.<String>of(), () -> config.texts("generalOptions"));
        var play = faults.read(List.<String>of(), () -> config.texts("playOptions"));
        var down = faults.read(List.<String>of(), () -> config.texts("downOptions"));
        var target =
                faults.read(Optional.<String>empty(), () -> config.text("controlInterfaceTarget"))
                        .orElse("");
        var manifest =
                faults.read(
                        "", () -> config.mandatoryText("manifest", "|\" and the YAML of a pod"));
        var parsed =
                manifest.isEmpty()
                        ? new KubeManifest(List.of())
                        : faults.read(
                                new KubeManifest(List.of()), () -> KubeManifest.parse(manifest));
        faults.check(() -> GeneralOptions.check(general));
        faults.conclude();
        return new KubeConfig(general, play, down, target, manifest, parsed);
    }
}

package io.muster.agent.runtime.container;

import io.muster.agent.runtime.ControlFolder;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes pods and removes them, also half of them. Any thread.
 *
 * <p>What is to be made is kept first and which pods were made last, so that an agent that dies in
 * between leaves something that its successor finds. Pods of the same name that were there before
 * are never removed.
 */
final class KubeMaker {
    private static final Logger log = LoggerFactory.getLogger(KubeMaker.class);

    private static final String MISSING = "no such pod";
    private static final String INFRA = "-infra";

    private final AgentName agent;
    private final CommandLine podman;
    private final KubeVolumes volumes;
    private final Path runFolder;
    private final PodmanRemnants remnants;

    KubeMaker(AgentName agent, CommandLine podman, KubeVolumes volumes, Path runFolder) {
        this.runFolder = runFolder;
        this.agent = agent;
        this.podman = podman;
        this.volumes = volumes;
        this.remnants = new PodmanRemnants(podman, ContainerRuntime.SHORT);
    }

    /**
     * Makes and starts the pods of an order. What an earlier try of it left behind is removed.
     *
     * @param pulled the images are there, and podman is not to ask for them again
     */
    KubeRef make(Order order, KubeConfig config, boolean pulled) throws RuntimeFailure {
        var general = config.generalOptions();
        var wanted = manifest(order, config);
        var manifest = pulled ? KubePulled.of(wanted) : wanted;
        try {
            volumes.keepConfig(order, general);
        } catch (RuntimeFailure e) {
            if (!KubeVolumes.saysItIsThere(e)) {
                throw e;
            }
            removeEarlier(order.instance(), general);
            volumes.keepConfig(order, general);
        }
        try {
            var pods = play(config, manifest);
            volumes.keepPods(order.instance(), pods, general);
            return new KubeRef(order.instance(), config.parsed().restarts(), pods, general);
        } catch (RuntimeFailure e) {
            try {
                removeEarlier(order.instance(), general);
            } catch (RuntimeFailure again) {
                e.addSuppressed(again); // the next try, or the next agent, goes on
            }
            throw e;
        }
    }

    private String manifest(Order order, KubeConfig config) throws RuntimeFailure {
        return order.workload().controlInterfaceAccess().grantsAny()
                ? KubeInterface.into(
                        config.manifest(),
                        config.controlInterfaceTarget(),
                        ControlFolder.of(runFolder, order.instance()).path())
                : config.manifest();
    }

    private List<String> play(KubeConfig config, String manifest) throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("kube", "play", "--quiet"));
        words.addAll(config.playOptions());
        words.add("-");
        var output = played(config, words, manifest);
        var pods = pods(output);
        if (pods.isEmpty()) {
            throw new RuntimeFailure(
                    "podman kube play named no pod; remove options that change its output", true);
        }
        return pods;
    }

    private String played(KubeConfig config, List<String> words, String manifest)
            throws RuntimeFailure {
        try {
            return podman.call(config.generalOptions(), ContainerRuntime.RUN, words, manifest);
        } catch (RuntimeFailure e) {
            var complaint = String.valueOf(e.getMessage());
            if (complaint.contains("pod already exists")) {
                throw new RuntimeFailure(
                        "%s. Remove or rename that pod, which agent %s did not make for this workload"
                                .formatted(complaint, agent),
                        true,
                        e);
            }
            var rest = KubeClaims.without(manifest, complaint);
            if (rest.isEmpty()) {
                throw e;
            }
            return played(config, words, rest.get()); // ends: each time a document less
        }
    }

    /** Reads the ids below each {@code Pod:}. */
    static List<String> pods(String output) {
        var pods = new ArrayList<String>();
        boolean within = false;
        for (var line : output.lines().map(String::strip).toList()) {
            if (line.matches("[0-9a-f]{12,64}")) {
                if (within) {
                    pods.add(line);
                }
            } else {
                within = line.equals("Pod:");
            }
        }
        return pods;
    }

    /** Removes all of an instance of which nothing but its name is known here. */
    private void removeEarlier(InstanceName instance, List<String> general) throws RuntimeFailure {
        var kept = volumes.find(instance, general);
        if (kept.isPresent()) {
            delete(
                    new KubeRef(
                            instance,
                            KubeManifest.Restarts.NEVER,
                            kept.get().pods().orElse(List.of()),
                            general));
        }
    }

    /** Removes all of an instance, but what belongs to younger pods of the same instance. */
    void delete(KubeRef ref) throws RuntimeFailure {
        var general = ref.generalOptions();
        var kept = volumes.find(ref.instance(), general);
        var config = kept.flatMap(KubeVolumes.Kept::config);
        if (ref.pods().isEmpty()) {
            if (config.isPresent() && kept.get().since().isPresent()) {
                removeBegun(config.get(), kept.get().since().get());
            }
        } else if (kept.flatMap(KubeVolumes.Kept::pods)
                .filter(pods -> !ref.hasPods(pods))
                .isPresent()) {
            remove(ref);
            return;
        } else if (config.isPresent()) {
            down(ref, config.get());
        } else {
            remove(ref);
        }
        if (kept.isPresent()) {
            volumes.forget(ref.instance(), general);
        }
    }

    /** Forgets pods that are gone, but not what is kept of younger ones of the same instance. */
    void forget(KubeRef ref) throws RuntimeFailure {
        var kept = volumes.find(ref.instance(), ref.generalOptions());
        if (kept.flatMap(KubeVolumes.Kept::pods).filter(ref::hasPods).isPresent()) {
            volumes.forget(ref.instance(), ref.generalOptions());
        }
    }

    private void remove(KubeRef ref) throws RuntimeFailure {
        podman.call(
                ref.generalOptions(),
                ContainerRuntime.DELETE,
                ref.after("pod", "rm", "--force", "--ignore"));
    }

    private void down(KubeRef ref, KubeConfig config) throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("kube", "down"));
        words.addAll(config.downOptions());
        words.add("-");
        try {
            podman.call(ref.generalOptions(), ContainerRuntime.DELETE, words, config.manifest());
        } catch (RuntimeFailure e) {
            try { // one pod may be missing, and keep podman from the others
                remove(ref);
            } catch (RuntimeFailure again) {
                e.addSuppressed(again);
                throw e;
            }
            if (!String.valueOf(e.getMessage()).contains(MISSING)) {
                log.atWarn()
                        .setCause(e)
                        .addKeyValue("instance", ref.instance())
                        .log("kube down failed; removed the pods one by one");
            }
        }
    }

    /**
     * Removes the pods that a try which did not end has made: of that name, and younger. And what a
     * podman that was killed has left of their containers without knowing it, which would keep
     * every further try from their names.
     */
    private void removeBegun(KubeConfig config, Instant since) throws RuntimeFailure {
        var general = config.generalOptions();
        var output =
                podman.call(general, ContainerRuntime.SHORT, List.of("pod", "ps", "--format=json"));
        var begun = new ArrayList<String>();
        for (var pod : Json.printed("podman pod ps", "podman 4.3", () -> PodmanJson.pods(output))) {
            boolean younger = pod.createdAt().filter(since::isBefore).isPresent();
            if (younger && config.parsed().makes(pod.name())) {
                begun.add(pod.id());
            }
        }
        if (!begun.isEmpty()) {
            var words = new ArrayList<String>(List.of("pod", "rm", "--force", "--ignore"));
            words.addAll(begun);
            podman.call(general, ContainerRuntime.DELETE, words);
        }
        remnants.remove(
                general,
                remnant ->
                        remnant.createdAt() >= since.getEpochSecond()
                                && remnant.names().stream()
                                        .anyMatch(name ->
                                                config.parsed().makesContainer(name)
                                                        || isOfOne(begun, name)));
    }

    /** Says whether podman gives that name to what holds one of these pods together. */
    private static boolean isOfOne(List<String> pods, String name) {
        return name.endsWith(INFRA)
                && pods.stream()
                        .anyMatch(pod ->
                                name.length() > INFRA.length()
                                        && pod.startsWith(
                                                name.substring(0, name.length() - INFRA.length())));
    }
}

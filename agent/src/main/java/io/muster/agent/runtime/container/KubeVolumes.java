package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept of pods, in labels of two empty volumes as Ankaios has them: {@code
 * <instance>.config} holds the runtimeConfig, and our mark besides; {@code <instance>.pods} the ids
 * of the pods. Any thread.
 */
final class KubeVolumes {
    private static final String CONFIG = ".config";
    private static final String PODS = ".pods";
    private static final String DATA = "data";

    private final CommandLine podman;
    private final Duration deadline;

    KubeVolumes(CommandLine podman, Duration deadline) {
        this.podman = podman;
        this.deadline = deadline;
    }

    /**
     * What is kept of one instance.
     *
     * @param runtimeConfig empty if it cannot be read
     * @param pods empty if they were not noted
     * @param since when it was begun to make them
     */
    record Kept(
            String runtimeConfig,
            Optional<Mark> mark,
            Optional<List<String>> pods,
            Optional<Instant> since) {
        Optional<KubeConfig> config() {
            try {
                return Optional.of(KubeConfig.parse(runtimeConfig));
            } catch (RuntimeFailure e) {
                return Optional.empty(); // of Ankaios, or somebody tampered with it
            }
        }
    }

    /** Returns what is kept of the instances of an agent. */
    SortedMap<InstanceName, Kept> of(AgentName agent, List<String> general) throws RuntimeFailure {
        // the filter is a regular expression, so that "bow" alone would find those of "my_bow"
        var filter = "name=[.]%s[.](config|pods)$".formatted(agent);
        var kept = kept(call(general, "volume", "ls", "--filter", filter, "--format=json"));
        kept.keySet().removeIf(instance -> !instance.agent().equals(agent.value()));
        return kept;
    }

    /** Returns what is kept of one instance. */
    Optional<Kept> find(InstanceName instance, List<String> general) throws RuntimeFailure {
        var filter = "name=^%s[.](config|pods)$".formatted(instance.toString().replace(".", "[.]"));
        var kept = kept(call(general, "volume", "ls", "--filter", filter, "--format=json"));
        return Optional.ofNullable(kept.get(instance));
    }

    private static SortedMap<InstanceName, Kept> kept(String output) throws RuntimeFailure {
        var configs = new TreeMap<InstanceName, PodmanJson.Volume>();
        var pods = new TreeMap<InstanceName, List<String>>();
        for (var volume :
                Json.printed("podman volume ls", "podman 4.3", () -> PodmanJson.volumes(output))) {
            instance(volume.name(), CONFIG).ifPresent(each -> configs.put(each, volume));
            instance(volume.name(), PODS)
                    .ifPresent(each -> pods.put(each, Json.list(data(volume))));
        }
        var kept = new TreeMap<InstanceName, Kept>();
        configs.forEach((instance, volume) ->
                kept.put(
                        instance,
                        new Kept(
                                data(volume),
                                Labels.mark(volume.labels()),
                                Optional.ofNullable(pods.get(instance))
                                        .filter(ids -> !ids.isEmpty()),
                                volume.createdAt())));
        return kept;
    }

    private static Optional<InstanceName> instance(String volume, String ending) {
        return volume.endsWith(ending)
                ? InstanceName.parse(volume.substring(0, volume.length() - ending.length()))
                : Optional.empty();
    }

    private static String data(PodmanJson.Volume volume) {
        try {
            var bytes = Base64.getDecoder().decode(volume.labels().getOrDefault(DATA, ""));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Says whether something was not kept because it is there already. */
    static boolean saysItIsThere(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage()).contains("volume already exists");
    }

    /** Keeps what an instance is to be made from, before anything of it is made. */
    void keepConfig(Order order, List<String> general) throws RuntimeFailure {
        keep(
                order.instance() + CONFIG,
                order.workload().runtimeConfig(),
                Labels.of(order.mark()),
                general);
    }

    /** Keeps which pods were made. */
    void keepPods(InstanceName instance, List<String> pods, List<String> general)
            throws RuntimeFailure {
        keep(instance + PODS, Json.list(pods), List.of(), general);
    }

    private void keep(String name, String data, List<String> labels, List<String> general)
            throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("volume", "create"));
        var encoder = Base64.getEncoder().withoutPadding();
        words.add(
                Labels.label(DATA, encoder.encodeToString(data.getBytes(StandardCharsets.UTF_8))));
        words.addAll(labels);
        words.add(name);
        podman.call(general, deadline, words);
    }

    /** Forgets an instance; nothing if nothing is kept of it. */
    void forget(InstanceName instance, List<String> general) throws RuntimeFailure {
        call(general, "volume", "rm", "--force", instance + PODS, instance + CONFIG);
    }

    private String call(List<String> general, String... words) throws RuntimeFailure {
        return podman.call(general, deadline, List.of(words));
    }
}

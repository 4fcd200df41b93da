package io.muster.api.name;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names one instance of a workload, written {@code workload.id.agent}.
 *
 * @param id SHA-256 of the rendered runtimeConfig, lower-case hex, 64 characters; from elsewhere
 *     any text without a dot
 * @param agent the agent's name, or empty for a workload that is not scheduled
 */
public record InstanceName(WorkloadName workload, String id, String agent)
        implements Comparable<InstanceName> {
    private static final Comparator<InstanceName> ORDER =
            Comparator.comparing(InstanceName::agent)
                    .thenComparing(InstanceName::workload)
                    .thenComparing(InstanceName::id);

    /** Checks the parts. */
    public InstanceName {
        if (id.isEmpty() || id.indexOf('.') >= 0 || id.length() > 128) {
            throw new IllegalArgumentException(
                    "instance id \"" + id + "\": must be 1 to 128 characters without a dot");
        }
        if (!agent.isEmpty()) {
            Names.checked("agent name", agent);
        }
    }

    /** Names the instance that a rendered runtimeConfig makes. */
    public static InstanceName of(WorkloadName workload, String runtimeConfig, String agent) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(runtimeConfig.getBytes(StandardCharsets.UTF_8));
            return new InstanceName(workload, HexFormat.of().formatHex(digest), agent);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Reads {@code workload.id.agent}; empty if the text is no such name. */
    public static Optional<InstanceName> parse(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InstanceName(new WorkloadName(parts[0]), parts[1], parts[2]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the name of the container: the same with the first seven characters of the id. */
    public String shortName() {
        return workload + "." + id.substring(0, Math.min(7, id.length())) + "." + agent;
    }

    @Override
    public int compareTo(InstanceName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return workload + "." + id + "." + agent;
    }
}

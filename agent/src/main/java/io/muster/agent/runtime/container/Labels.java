package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is kept with a container: two labels as Ankaios has them, and our mark. */
final class Labels {
    static final String NAME = "name";
    static final String AGENT = "agent";
    static final String DIGEST = "muster.digest";
    static final String LINEAGE = "muster.lineage";
    static final String CHANGED_AT = "muster.changed-at";

    /** Only with a container that was made with general options: a JSON list. */
    static final String OPTIONS = "muster.general-options";

    /** Only with a container that is removed when it ends: "true". */
    static final String REMOVES_ITSELF = "muster.removes-itself";

    /** Only with a container that ends so slowly that it matters: in seconds. */
    static final String STOP_TIMEOUT = "muster.stop-timeout";

    private Labels() {}

    static List<String> of(Order order, AgentName agent, ContainerConfig config) {
        var labels = new ArrayList<String>();
        labels.add(label(NAME, order.instance().toString()));
        labels.add(label(AGENT, agent.value()));
        labels.addAll(of(order.mark()));
        if (!config.generalOptions().isEmpty()) {
            labels.add(label(OPTIONS, Json.list(config.generalOptions())));
        }
        var traits = config.traits();
        if (traits.removesItself()) {
            labels.add(label(REMOVES_ITSELF, "true"));
        }
        if (traits.endsSlowly()) {
            labels.add(label(STOP_TIMEOUT, Long.toString(traits.grace().toSeconds())));
        }
        return labels;
    }

    /** Returns those that keep a mark. */
    static List<String> of(Mark mark) {
        return List.of(
                label(DIGEST, mark.digest()),
                label(LINEAGE, mark.lineage().value()),
                label(CHANGED_AT, mark.changedAt().toString()));
    }

    static String label(String key, String value) {
        return "--label=" + key + "=" + value;
    }

    static Optional<InstanceName> instance(Container container) {
        return InstanceName.parse(container.label(NAME));
    }

    /** Reads the mark; empty if it is not ours or somebody tampered with it. */
    static Optional<Mark> mark(Map<String, String> labels) {
        var digest = labels.getOrDefault(DIGEST, "");
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Mark(
                            digest,
                            new Lineage(labels.getOrDefault(LINEAGE, "")),
                            new Revision(Long.parseLong(labels.getOrDefault(CHANGED_AT, "")))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

package io.muster.agent.runtime.container;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Makes a manifest whose images have been got one that has none pulled again: {@code podman kube
 * play} would ask the registry once more while nothing runs, and fail where there is none.
 *
 * <p>Only the policies of those containers are put into the text that would have their images
 * pulled; all else stays as it was written.
 */
final class KubePulled {
    private static final String POLICY = "imagePullPolicy";
    private static final String IF_MISSING = "IfNotPresent";

    /** An alias leads to the same node again. */
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Set<Node> seenContainers = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Node> seenPolicies = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Change> changes = new ArrayList<>();
    private boolean shared;

    /** Text between two places, counted in code points. */
    private record Change(int from, int to, String text) {}

    private KubePulled() {}

    /**
     * Returns the same manifest without policies that would have images pulled that are there.
     *
     * @param manifest one that has been read before
     */
    static String of(String manifest) {
        var pulled = new KubePulled();
        try {
            compose(manifest, pulled::look);
            var applied = pulled.applied(manifest);
            compose(applied, _ -> {});
            return applied;
        } catch (YAMLException e) {
            return manifest; // podman has its own reader, and says what is wrong
        }
    }

    private static void compose(String manifest, Consumer<Node> each) {
        KubeInterface.yaml().composeAll(new StringReader(manifest)).forEach(each);
    }

    private void look(Node node) {
        if (!seen.add(node)) {
            return;
        }
        switch (node) {
            case MappingNode mapping -> {
                for (var each : mapping.getValue()) {
                    if (each.getKeyNode() instanceof ScalarNode key
                            && KubeImages.CONTAINERS.contains(key.getValue())
                            && each.getValueNode() instanceof SequenceNode containers) {
                        containers.getValue().forEach(this::container);
                    }
                    look(each.getValueNode());
                }
            }
            case SequenceNode sequence -> sequence.getValue().forEach(this::look);
            default -> {}
        }
    }

    private void container(Node node) {
        if (!(node instanceof MappingNode container) || !seenContainers.add(node)) {
            return;
        }
        var image = KubeInterface.text(container, "image").orElse("");
        var policy = KubeInterface.text(container, POLICY).orElse("");
        if (!image.isEmpty()) {
            switch (KubeImages.mode(policy, image)) {
                case ALWAYS, NEWER -> change(container, KubeInterface.find(container, POLICY));
                case MISSING, NEVER -> {}
            }
        }
    }

    private void change(MappingNode container, Optional<Node> policy) {
        if (policy.isPresent()) {
            var value = policy.get();
            int from = value.getStartMark().getIndex();
            int to = value.getEndMark().getIndex();
            shared |= !seenPolicies.add(value);
            // without a value there is nothing between it and the colon
            changes.add(new Change(from, to, from == to ? " " + IF_MISSING : IF_MISSING));
            return;
        }
        var first = container.getValue().getFirst().getKeyNode().getStartMark();
        changes.add(
                new Change(
                        first.getIndex(),
                        first.getIndex(),
                        POLICY + ": " + IF_MISSING + separator(container, first)));
    }

    private static String separator(MappingNode container, Mark first) {
        return container.getFlowStyle() == FlowStyle.FLOW
                ? ", "
                : "\n" + " ".repeat(first.getColumn());
    }

    private String applied(String manifest) {
        var text = new StringBuilder();
        int done = 0;
        changes.sort((one, other) -> Integer.compare(one.from, other.from));
        for (var change : changes) {
            int from = manifest.offsetByCodePoints(0, change.from);
            if (shared || manifest.startsWith("&", from)) {
                return manifest; // others mean the same text: podman asks once more then
            }
            text.append(manifest, done, from).append(change.text);
            done = manifest.offsetByCodePoints(0, change.to);
        }
        return text.append(manifest, done, manifest.length()).toString();
    }
}

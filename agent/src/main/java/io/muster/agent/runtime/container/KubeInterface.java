package io.muster.agent.runtime.container;

import io.muster.agent.runtime.ControlFolder;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Gives one container of a Kubernetes manifest, and no other, the folder of the control interface.
 *
 * <p>Works on the nodes of the YAML and not on their values, so that all others mean to podman what
 * they meant: whether {@code yes} is a text is for it to say.
 */
final class KubeInterface {
    /** The key of a mapping whose entries are also this one's, unless it has its own. */
    private static final String MERGED = "<<";

    private static final String FIELD = "runtimeConfig.controlInterfaceTarget";
    private static final String VOLUME = "control-interface-volume";

    private final String pod;
    private final String container;
    private final Path folder;

    private KubeInterface(String pod, String container, Path folder) {
        this.pod = pod;
        this.container = container;
        this.folder = folder;
    }

    /**
     * Returns the manifest with the folder in it.
     *
     * @param target {@code <pod>/<container>}
     * @throws RuntimeFailure for good, if there is no such container
     */
    static String into(String manifest, String target, Path folder) throws RuntimeFailure {
        if (target.isEmpty()) {
            throw RuntimeConfig.refusal(
                    FIELD,
                    "Control interface target not specified in runtime config: the workload has"
                            + " rules, so name the container that may use them, as"
                            + " \"<pod_name>/<container_name>\"");
        }
        var names = target.split("/", -1);
        if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
            throw RuntimeConfig.refusal(
                    FIELD,
                    "Invalid control interface target format: '%s'. Expected format: '<pod_name>/<container_name>'"
                            .formatted(target));
        }
        return new KubeInterface(names[0], names[1], folder).into(manifest);
    }

    private String into(String manifest) throws RuntimeFailure {
        var yaml = yaml();
        var documents = new ArrayList<MappingNode>();
        try {
            for (var document : yaml.composeAll(new StringReader(manifest))) {
                if (document instanceof MappingNode mapping) {
                    documents.add(mapping);
                }
            }
        } catch (YAMLException e) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.manifest",
                    "Failed to parse YAML manifest: %s; correct it there"
                            .formatted(e.getMessage()));
        }
        add(documents);
        var text = new StringWriter();
        documents.forEach(document -> yaml.serialize(document, text));
        return text.toString();
    }

    /** Reads and writes the nodes of documents. */
    static Yaml yaml() {
        var loading = new LoaderOptions();
        var dumping = new DumperOptions();
        dumping.setExplicitStart(true);
        dumping.setSplitLines(false);
        return new Yaml(new SafeConstructor(loading), new Representer(dumping), dumping, loading);
    }

    private void add(List<MappingNode> documents) throws RuntimeFailure {
        for (var document : documents) {
            var spec = spec(document);
            if (spec.isPresent()) {
                add(spec.get());
                return;
            }
        }
        throw RuntimeConfig.refusal(
                FIELD,
                "Cannot add Control Interface. Target pod not found '%s'; name a Pod of the manifest, or <name>-pod of a Deployment"
                        .formatted(pod));
    }

    /** Returns the specification of the pod, if this document makes it. */
    private Optional<MappingNode> spec(MappingNode document) {
        var name = mapping(document, "metadata").flatMap(each -> text(each, "name")).orElse("");
        var spec = mapping(document, "spec");
        return switch (text(document, "kind").orElse("")) {
            case "Pod" -> spec.filter(_ -> name.equals(pod));
            case "Deployment" ->
                    spec.filter(_ -> pod.equals(name + "-pod"))
                            .flatMap(each -> mapping(each, "template"))
                            .flatMap(each -> mapping(each, "spec"));
            default -> Optional.empty();
        };
    }

    private void add(MappingNode spec) throws RuntimeFailure {
        var containers = sequence(spec, "containers").map(SequenceNode::getValue).orElse(List.of());
        for (var each : containers) {
            if (each instanceof MappingNode found
                    && text(found, "name").filter(container::equals).isPresent()) {
                append(
                        found,
                        "volumeMounts",
                        map("name", VOLUME, "mountPath", ControlFolder.IN_CONTAINERS));
                var volume = map("name", VOLUME);
                put(volume, "hostPath", map("path", folder.toString(), "type", "Directory"));
                append(spec, "volumes", volume);
                return;
            }
        }
        throw RuntimeConfig.refusal(
                FIELD,
                "Cannot add Control Interface. Target container '%s' not found; name one of the pod '%s'"
                        .formatted(container, pod));
    }

    /** In a list of its own: with an alias of YAML another container may have the same. */
    private static void append(MappingNode to, String key, Node item) {
        var items = new ArrayList<Node>();
        sequence(to, key)
                .or(() -> mapping(to, MERGED).flatMap(base -> sequence(base, key)))
                .ifPresent(there -> items.addAll(there.getValue()));
        items.add(item);
        remove(to, key);
        put(to, key, new SequenceNode(Tag.SEQ, items, FlowStyle.BLOCK));
    }

    private static void remove(MappingNode from, String key) {
        from.getValue()
                .removeIf(each ->
                        each.getKeyNode() instanceof ScalarNode name
                                && name.getValue().equals(key));
    }

    private static MappingNode map(String... keysAndValues) {
        var map = new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            put(map, keysAndValues[i], scalar(keysAndValues[i + 1], ScalarStyle.DOUBLE_QUOTED));
        }
        return map;
    }

    private static void put(MappingNode map, String key, Node value) {
        map.getValue().add(new NodeTuple(scalar(key, ScalarStyle.PLAIN), value));
    }

    private static ScalarNode scalar(String text, ScalarStyle style) {
        return new ScalarNode(Tag.STR, text, null, null, style);
    }

    static Optional<Node> find(MappingNode in, String key) {
        return in.getValue().stream()
                .filter(each ->
                        each.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    static Optional<MappingNode> mapping(MappingNode in, String key) {
        return find(in, key).filter(MappingNode.class::isInstance).map(MappingNode.class::cast);
    }

    private static Optional<SequenceNode> sequence(MappingNode in, String key) {
        return find(in, key).filter(SequenceNode.class::isInstance).map(SequenceNode.class::cast);
    }

    static Optional<String> text(MappingNode in, String key) {
        return find(in, key)
                .filter(ScalarNode.class::isInstance)
                .map(each -> ((ScalarNode) each).getValue());
    }
}

package io.muster.agent.runtime.container;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Claims of volumes that are there already. What is stored in a volume outlives the pods, so {@code
 * podman kube down} keeps it; but older podman does not play a claim whose volume it has, and so
 * could neither update nor repeat a manifest. Pods find the volume without the claim.
 */
final class KubeClaims {
    private static final Pattern IS_THERE =
            Pattern.compile("volume with name (\\S+) already exists");

    private KubeClaims() {}

    /**
     * Leaves the claim out that podman complains of.
     *
     * @param complaint what podman says
     * @return empty if it complains of something else
     */
    static Optional<String> without(String manifest, String complaint) {
        var volume = IS_THERE.matcher(complaint);
        if (!volume.find()) {
            return Optional.empty();
        }
        var yaml = KubeInterface.yaml();
        var all = new ArrayList<Node>();
        yaml.composeAll(new StringReader(manifest)).forEach(all::add);
        var kept = all.stream().filter(each -> !claims(each, volume.group(1))).toList();
        if (kept.size() == all.size()) {
            return Optional.empty();
        }
        var text = new StringWriter();
        kept.forEach(document -> yaml.serialize(document, text));
        return Optional.of(text.toString());
    }

    private static boolean claims(Node document, String volume) {
        return document instanceof MappingNode claim
                && KubeInterface.text(claim, "kind")
                        .filter("PersistentVolumeClaim"::equals)
                        .isPresent()
                && KubeInterface.mapping(claim, "metadata")
                        .flatMap(each -> KubeInterface.text(each, "name"))
                        .filter(volume::equals)
                        .isPresent();
    }
}

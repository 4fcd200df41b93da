package io.muster.api.manifest;

import io.muster.api.outcome.Outcome;
import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import java.util.List;

/**
 * A file in YAML that is no manifest, with the places of what was written in it. Read with the
 * bounds of manifests.
 *
 * @param origin knows the places of the nodes
 */
public record YamlFile(Node tree, Origin origin) {
    /**
     * Reads one.
     *
     * @param file its name, for messages
     * @param fill what to do about a text that is empty
     */
    public static Outcome<YamlFile> read(String file, String text, String fill) {
        if (text.length() > ManifestReader.MAX_CHARACTERS) {
            return Outcome.refused(
                    file,
                    "has %d characters, of which at most %d are read"
                            .formatted(text.length(), ManifestReader.MAX_CHARACTERS),
                    "leave out what is not needed");
        }
        var positions = new Positions(file);
        try {
            var parsed = YamlTree.read(text, positions, fill);
            return parsed.problems().isEmpty()
                    ? Outcome.accepted(new YamlFile(parsed.tree(), positions))
                    : Outcome.refused(parsed.problems());
        } catch (YamlTree.Refusal e) {
            return Outcome.refused(List.of(e.problem()));
        }
    }
}

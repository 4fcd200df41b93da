package io.muster.api.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is written by masks is what the same masks read. */
final class MaskPropertyTest {
    @Test
    void what_was_written_is_read_by_the_same_masks() {
        Seeds.check(
                3_000,
                random -> {
                    var states = new RandomStates(random);
                    var base = states.state();
                    var wished = complete(states.state());
                    var masks = new ArrayList<FieldMask>();
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        masks.add(mask(states, 1 + random.nextInt(6), wished));
                    }
                    if (MaskUpdate.apply(base, wished, masks)
                            instanceof Outcome.Accepted<State>(var written)) {
                        assertThat(MaskReader.read(complete(written), masks))
                                .isEqualTo(MaskReader.read(wished, masks));
                        assertThat(MaskUpdate.apply(written, wished, masks))
                                .as("again, which changes nothing")
                                .isEqualTo(Outcome.accepted(written));
                    }
                });
    }

    @Test
    void what_was_removed_is_read_no_more() {
        Seeds.check(
                2_000,
                random -> {
                    var states = new RandomStates(random);
                    var base = states.state();
                    var mask = mask(states, 3 + random.nextInt(3), complete(base));
                    if (MaskUpdate.apply(base, Node.Entries.NONE, List.of(mask))
                            instanceof Outcome.Accepted<State>(var left)) {
                        var path = mask.segments();
                        var defaults = path.getLast().equals("restartPolicy");
                        assertThat(TreeEdit.find(complete(left), path).isPresent())
                                .isEqualTo(defaults || path.size() < 3);
                    }
                });
    }

    /**
     * A mask of a field that is there, without wildcards. None leads into a dependency, which is a
     * text without fields if it has nothing but its condition.
     */
    private static FieldMask mask(RandomStates states, int length, Node tree) {
        var segments = new ArrayList<String>();
        var node = tree;
        while (segments.size() < length
                && !isDependency(segments)
                && node instanceof Node.Entries(var entries)
                && !entries.isEmpty()) {
            var key = states.one(List.copyOf(entries.keySet()));
            segments.add(key);
            node = entries.getOrDefault(key, Node.Entries.NONE);
        }
        return new FieldMask(segments);
    }

    private static boolean isDependency(List<String> segments) {
        return segments.size() == 5 && segments.get(3).equals("dependencies");
    }

    private static Node.Entries complete(State state) {
        return new Node.Entries(Map.of("desiredState", StateTree.of(state)));
    }
}

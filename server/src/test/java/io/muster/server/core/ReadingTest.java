package io.muster.server.core;

import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.config;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.path.FieldMask;
import io.muster.api.path.MaskReader;
import io.muster.api.request.Request;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.testkit.world.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReadingTest {
    private final Core core = full();

    @Test
    void gives_all_four_parts_without_masks() {
        assertThat(read().entries())
                .containsOnlyKeys("desiredState", "workloadStates", "agents", "effectiveState");
    }

    @Test
    void gives_nothing_for_what_is_not_there() {
        assertThat(read(FieldMask.of("agents", "ghost"))).isEqualTo(Node.Entries.NONE);
        assertThat(read(FieldMask.of("agents", "no.name"))).isEqualTo(Node.Entries.NONE);
    }

    /** What is looked up by the coarse choice is what a walk through everything finds. */
    @Test
    void gives_what_the_masks_choose_of_the_whole() {
        var words =
                List.of(
                        "desiredState",
                        "effectiveState",
                        "workloadStates",
                        "agents",
                        "workloads",
                        "configs",
                        "apiVersion",
                        "*",
                        "web",
                        "db",
                        "bow",
                        "stern",
                        "net",
                        "tags",
                        "agent");
        var whole = StateTree.of(core.state.complete());
        Seeds.check(
                500,
                seed -> {
                    var random = new SplittableRandom(seed);
                    var masks = new ArrayList<FieldMask>();
                    for (int i = random.nextInt(3); i >= 0; i--) {
                        var segments = new ArrayList<String>();
                        for (int k = random.nextInt(5); k > 0; k--) {
                            // the first words at the top make more masks that choose something
                            int bound = segments.isEmpty() ? 4 : words.size();
                            segments.add(words.get(random.nextInt(bound)));
                        }
                        masks.add(new FieldMask(segments));
                    }
                    assertThat(read(masks.toArray(FieldMask[]::new)))
                            .as("%s", masks)
                            .isEqualTo(MaskReader.read(whole, masks));
                });
    }

    private Node.Entries read(FieldMask... masks) {
        core.ask(BOB, "q", new Request.GetState(List.of(masks), false));
        return ((StateAnswer) core.answer(BOB)).state();
    }

    private static Core full() {
        var core = new Core().connected();
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(STERN, "a", "web"))));
        core.update(config("net", "1"));
        core.announce(BOW, "i", "n");
        return core;
    }
}

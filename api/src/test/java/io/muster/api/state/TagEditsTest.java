package io.muster.api.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Seeds;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class TagEditsTest {
    private static final SortedMap<String, String> OWN = tags("deck", "upper", "side", "port");

    @Test
    void are_nothing_when_the_tags_are_the_own_ones() {
        assertThat(TagEdits.NONE.toward(OWN, OWN)).isEqualTo(TagEdits.NONE);
        assertThat(TagEdits.NONE.over(OWN)).isEqualTo(OWN);
    }

    @Test
    void are_only_what_differs() {
        assertThat(TagEdits.NONE.toward(OWN, tags("deck", "lower", "mast", "2")).edits())
                .isEqualTo(
                        Map.of(
                                "deck", Optional.of("lower"),
                                "mast", Optional.of("2"),
                                "side", Optional.empty()));
    }

    @Test
    void count_over_tags_of_the_agents_own_and_leave_the_others() {
        var edits = TagEdits.NONE.toward(OWN, tags("deck", "lower", "side", "port"));
        assertThat(edits.over(tags("deck", "middle", "side", "starboard", "new", "1")))
                .isEqualTo(tags("deck", "lower", "side", "starboard", "new", "1"));
    }

    @Test
    void keep_a_removed_tag_away_when_the_agent_brings_it_again() {
        var edits = TagEdits.NONE.toward(OWN, tags("side", "port"));
        assertThat(edits.over(OWN)).isEqualTo(tags("side", "port"));
        assertThat(edits.toward(tags("side", "port"), tags("side", "port", "x", "1")).over(OWN))
                .isEqualTo(tags("side", "port", "x", "1"));
    }

    @Test
    void end_when_a_tag_gets_the_agents_own_value() {
        var edits = TagEdits.NONE.toward(OWN, tags("deck", "lower"));
        assertThat(edits.toward(OWN, OWN)).isEqualTo(TagEdits.NONE);
    }

    @Test
    void of_an_agent_that_is_not_there_can_be_forgotten() {
        var edits = TagEdits.NONE.toward(OWN, tags("deck", "lower", "side", "port"));
        assertThat(edits.toward(tags(), tags())).isEqualTo(TagEdits.NONE);
    }

    @Test
    void show_what_was_wished_whatever_was_before() {
        Seeds.check(
                500,
                random -> {
                    var own = random(random);
                    var edits = TagEdits.NONE;
                    for (int i = 0; i < 5; i++) {
                        var wished = random(random);
                        edits = edits.toward(own, wished);
                        assertThat(edits.over(own)).isEqualTo(wished);
                        own = random.nextInt(3) == 0 ? random(random) : own;
                        assertThat(edits.toward(own, edits.over(own))).isEqualTo(edits);
                    }
                });
    }

    private static SortedMap<String, String> random(RandomGenerator random) {
        var tags = new TreeMap<String, String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tags.put("k" + random.nextInt(4), "v" + random.nextInt(3));
        }
        return tags;
    }

    private static SortedMap<String, String> tags(String... keysAndValues) {
        var tags = new TreeMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tags.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return tags;
    }
}

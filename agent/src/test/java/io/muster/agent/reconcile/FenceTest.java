package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.OURS;
import static io.muster.agent.reconcile.AgentBench.THEIRS;
import static io.muster.agent.reconcile.AgentBench.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.Fence.Ruling;
import io.muster.api.name.Lineage;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FenceTest {
    private final Fence fence = Fence.OPEN.advancedTo(version(OURS, 2, 5));

    @Test
    void lets_the_first_of_all_pass() {
        assertThat(Fence.OPEN.judge(version(OURS, 1, 1), false)).isEqualTo(Ruling.NEWER);
    }

    @Test
    void orders_by_epoch_and_then_revision() {
        assertThat(fence.judge(version(OURS, 2, 6), false)).isEqualTo(Ruling.NEWER);
        assertThat(fence.judge(version(OURS, 3, 1), false)).isEqualTo(Ruling.NEWER);
        assertThat(fence.judge(version(OURS, 2, 5), false)).isEqualTo(Ruling.SAME);
        assertThat(fence.judge(version(OURS, 2, 4), false)).isEqualTo(Ruling.OLDER);
        assertThat(fence.judge(version(OURS, 1, 9), true)).isEqualTo(Ruling.OLDER);
    }

    @Test
    void lets_a_foreign_lineage_pass_only_if_it_takes_over() {
        assertThat(fence.judge(version(THEIRS, 9, 9), false)).isEqualTo(Ruling.FOREIGN);
        assertThat(fence.judge(version(THEIRS, 1, 1), true)).isEqualTo(Ruling.TAKES_OVER);
    }

    @Test
    void remembers_past_lineages() {
        var taken = fence.advancedTo(version(THEIRS, 1, 1));
        assertThat(taken.judge(version(OURS, 2, 5), true)).isEqualTo(Ruling.OLDER);
        assertThat(taken.judge(version(OURS, 2, 6), true)).isEqualTo(Ruling.TAKES_OVER);
        assertThat(taken.judge(version(OURS, 2, 6), false)).isEqualTo(Ruling.FOREIGN);
    }

    @Test
    void never_goes_back() {
        assertThat(fence.advancedTo(version(OURS, 1, 1))).isEqualTo(fence);
    }

    @Test
    void survives_the_disk() {
        var two = fence.advancedTo(version(THEIRS, 1, 1));
        assertThat(two.text()).isEqualTo("theirs 1 1\nours 2 5\n");
        assertThat(Fence.parse(two.text())).hasValue(two);
        assertThat(Fence.parse("")).hasValue(Fence.OPEN);
    }

    @Test
    void says_when_it_is_damaged() {
        for (var text : List.of("ours 1", "ours 1 x\n", "o/urs 1 1\n", "ours -1 1\n", "\0\0\0")) {
            assertThat(Fence.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void remembers_so_many_lineages_and_no_more() {
        var many = fence;
        for (int i = 0; i < 20; i++) {
            many = many.advancedTo(version(new Lineage("l" + i), 1, 1));
        }
        assertThat(many.seen()).hasSize(Fence.MOST_LINEAGES);
        assertThat(Fence.parse(many.text())).hasValue(many);
    }
}

package io.muster.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.AgentPresence;
import io.muster.api.name.NodeId;
import io.muster.server.core.NameClaim.Verdict;
import org.junit.jupiter.api.Test;

final class NameClaimTest {
    private static final NodeId BOW = new NodeId("bow");
    private static final NodeId STERN = new NodeId("stern");

    private NameClaim claim = NameClaim.NONE;

    @Test
    void goes_to_whoever_comes_first() {
        assertThat(granted("i1", "n1").loser()).isEmpty();
        assertThat(claim.holder()).isEqualTo("i1");
    }

    @Test
    void goes_to_the_next_process_of_the_agent() {
        granted("i1", "n1");
        assertThat(granted("i2", "n2").loser()).isEmpty();
        assertThat(claim.holder()).isEqualTo("i2");
    }

    @Test
    void stays_with_the_elder_of_two_when_it_comes_back() {
        granted("i1", "n1");
        granted("i2", "n2");
        assertThat(granted("i1", "n3").loser()).isEqualTo("i2");
        assertThat(claim.holder()).isEqualTo("i1");
        assertThat(claim.judge(said("i2", "n4"), true)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void goes_to_one_that_was_refused_when_the_elder_has_long_been_gone() {
        granted("i1", "n1");
        granted("i2", "n2");
        granted("i1", "n3");
        claim = ((Verdict.Granted) claim.judge(said("i2", "n4"), false)).next();
        assertThat(claim.holder()).isEqualTo("i2");
        assertThat(claim.refuses("i2")).isFalse();
    }

    @Test
    void goes_back_without_quarrel_when_the_newer_one_is_gone() {
        granted("i1", "n1");
        granted("i2", "n2");
        var verdict = (Verdict.Granted) claim.judge(said("i1", "n3"), false);
        assertThat(verdict.loser()).isEmpty();
        assertThat(verdict.next().holder()).isEqualTo("i1");
    }

    @Test
    void is_kept_from_one_that_another_life_of_the_server_refused() {
        assertThat(claim.judge(said("i2", "n1").asRefused(), true))
                .isInstanceOf(Verdict.Waits.class);
        granted("i1", "n1");
        assertThat(claim.judge(said("i2", "n2").asRefused(), true))
                .isInstanceOf(Verdict.Waits.class);
        claim = ((Verdict.Granted) claim.judge(said("i2", "n3").asRefused(), false)).next();
        assertThat(claim.holder()).isEqualTo("i2");
        assertThat(claim.judge(said("i2", "n3").asRefused(), true))
                .isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void is_not_moved_by_late_messages_of_a_former_holder() {
        granted("i1", "n1");
        granted("i2", "n2");
        assertThat(claim.judge(said("i1", "n1"), true)).isInstanceOf(Verdict.Stale.class);
    }

    @Test
    void is_not_moved_by_late_messages_of_former_connections() {
        granted("i1", "n1");
        granted("i1", "n2");
        assertThat(claim.judge(said("i1", "n1"), true)).isInstanceOf(Verdict.Stale.class);
        assertThat(claim.judge(said("i1", "n2"), true)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void remembers_a_bounded_number_of_processes_and_connections() {
        for (int i = 0; i < 100; i++) {
            granted("i" + i, "n" + i);
            granted("i" + i, "m" + i);
        }
        for (int i = 0; i < 100; i++) {
            granted("i", "k" + i);
        }
        assertThat(claim.former()).hasSizeLessThanOrEqualTo(8);
        assertThat(claim.formerOrder()).hasSize(claim.former().size());
        assertThat(claim.nonces()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void goes_at_once_to_the_next_process_on_the_node() {
        granted(on(BOW, "i1", "n1"));
        assertThat(granted(on(BOW, "i2", "n2")).loser()).isEmpty();
        assertThat(claim.node()).contains(BOW);
    }

    @Test
    void is_kept_from_another_node_as_long_as_the_holder_may_come_back() {
        granted(on(BOW, "i1", "n1"));
        waits(on(STERN, "i2", "n2"));
        assertThat(claim.holder()).isEqualTo("i1");
        assertThat(claim.keepsWaiting("i2")).isTrue();
        assertThat(granted(on(BOW, "i1", "n3")).loser()).isEqualTo("i2");
        assertThat(claim.refuses("i2")).isTrue();
        assertThat(claim.judge(on(STERN, "i2", "n4").asRefused(), true))
                .isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void is_kept_from_another_node_when_the_next_process_on_the_holders_comes() {
        granted(on(BOW, "i1", "n1"));
        waits(on(STERN, "i2", "n2"));
        assertThat(granted(on(BOW, "i3", "n3")).loser()).isEqualTo("i2");
        assertThat(claim.holder()).isEqualTo("i3");
    }

    @Test
    void goes_to_another_node_when_the_holder_stays_away() {
        granted(on(BOW, "i1", "n1"));
        waits(on(STERN, "i2", "n2"));
        var verdict = (Verdict.Granted) claim.judge(on(STERN, "i2", "n2").asRefused(), false);
        assertThat(verdict.loser()).isEmpty();
        assertThat(verdict.next().holder()).isEqualTo("i2");
        assertThat(verdict.next().node()).contains(STERN);
        assertThat(verdict.next().waiting()).isEmpty();
    }

    @Test
    void is_kept_from_a_node_that_is_none_of_an_earlier_life_of_the_server() {
        waits(on(STERN, "i2", "n2"));
        assertThat(granted(on(BOW, "i1", "n1"), false).loser()).isEqualTo("i2");
    }

    @Test
    void is_free_from_the_good_bye_of_its_holder_until_there_is_another() {
        granted(on(BOW, "i1", "n1"));
        claim = claim.released();
        assertThat(claim.free()).isTrue();
        granted(on(STERN, "i2", "n2"), false);
        assertThat(claim.free()).isFalse();
    }

    private void waits(AgentPresence presence) {
        claim = ((Verdict.Waits) claim.judge(presence, true)).next();
    }

    private Verdict.Granted granted(String instance, String nonce) {
        return granted(said(instance, nonce));
    }

    private Verdict.Granted granted(AgentPresence presence) {
        return granted(presence, claim.isHeld());
    }

    private Verdict.Granted granted(AgentPresence presence, boolean holderIsAbout) {
        var verdict = (Verdict.Granted) claim.judge(presence, holderIsAbout);
        claim = verdict.next();
        return verdict;
    }

    private static AgentPresence said(String instance, String nonce) {
        return Core.presence(instance, nonce);
    }

    private static AgentPresence on(NodeId node, String instance, String nonce) {
        return said(instance, nonce).from(node);
    }
}

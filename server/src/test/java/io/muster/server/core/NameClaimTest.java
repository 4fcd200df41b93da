package io.muster.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.server.core.NameClaim.Verdict;
import org.junit.jupiter.api.Test;

final class NameClaimTest {
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
        assertThat(claim.judge("i2", "n4", true, false)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void goes_to_one_that_was_refused_when_the_elder_has_long_been_gone() {
        granted("i1", "n1");
        granted("i2", "n2");
        granted("i1", "n3");
        claim = ((Verdict.Granted) claim.judge("i2", "n4", false, false)).next();
        assertThat(claim.holder()).isEqualTo("i2");
        assertThat(claim.refuses("i2")).isFalse();
    }

    @Test
    void goes_back_without_quarrel_when_the_newer_one_is_gone() {
        granted("i1", "n1");
        granted("i2", "n2");
        var verdict = (Verdict.Granted) claim.judge("i1", "n3", false, false);
        assertThat(verdict.loser()).isEmpty();
        assertThat(verdict.next().holder()).isEqualTo("i1");
    }

    @Test
    void is_kept_from_one_that_another_life_of_the_server_refused() {
        assertThat(claim.judge("i2", "n1", true, true)).isInstanceOf(Verdict.Refused.class);
        granted("i1", "n1");
        assertThat(claim.judge("i2", "n2", true, true)).isInstanceOf(Verdict.Refused.class);
        claim = ((Verdict.Granted) claim.judge("i2", "n3", false, true)).next();
        assertThat(claim.holder()).isEqualTo("i2");
        assertThat(claim.judge("i2", "n3", true, true)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void is_not_moved_by_late_messages_of_a_former_holder() {
        granted("i1", "n1");
        granted("i2", "n2");
        assertThat(claim.judge("i1", "n1", true, false)).isInstanceOf(Verdict.Stale.class);
    }

    @Test
    void is_not_moved_by_late_messages_of_former_connections() {
        granted("i1", "n1");
        granted("i1", "n2");
        assertThat(claim.judge("i1", "n1", true, false)).isInstanceOf(Verdict.Stale.class);
        assertThat(claim.judge("i1", "n2", true, false)).isInstanceOf(Verdict.Granted.class);
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

    private Verdict.Granted granted(String instance, String nonce) {
        var verdict = (Verdict.Granted) claim.judge(instance, nonce, true, false);
        claim = verdict.next();
        return verdict;
    }
}

package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Addressee;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.name.AgentName;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.store.Head;
import io.muster.transport.AgentLink;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two nodes whose agents were given one name. */
final class NameTest {
    private static final NodeId FIRST = new NodeId("first");
    private static final NodeId SECOND = new NodeId("second");
    private static final Duration HOLD = ServerSettings.DEFAULTS.times().nameHold();

    private Core core = new Core().connected();

    @Test
    void is_kept_longer_than_an_agent_that_was_thrown_out_stays_away() {
        var slowest = LinkOptions.DEFAULTS.noticedWithin(Duration.ofSeconds(25));
        for (var links : List.of(LinkOptions.DEFAULTS, slowest)) {
            assertThat(HOLD)
                    .isGreaterThan(links.presenceDeadline().plus(AgentLink.returnsWithin(links)));
        }
    }

    @Test
    void is_in_the_desired_state_as_the_node_that_has_it() {
        core.update(Core.set("web", Core.on(BOW, "a")));
        assertThat(addressees()).containsExactly(new Addressee.Anybody());
        core.announce(BOW, elder("n1"));
        assertThat(addressees()).containsExactly(new Addressee.Node(FIRST));
    }

    @Test
    void is_not_given_to_another_node_while_the_holder_is_thrown_out() {
        core.announce(BOW, elder("n1"));
        core.will(BOW, "elder", "n1");
        core.announce(BOW, newer("n2"));
        assertThat(verdicts()).containsExactly("wait newer");
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.notes(Note.NameAwaited.class)).hasSize(1);
        core.announce(BOW, newer("n2").asRefused());
        assertThat(verdicts()).containsExactly("wait newer");
        assertThat(core.notes(Note.NameAwaited.class)).isEmpty();

        core.pass(AgentLink.returnsWithin(LinkOptions.DEFAULTS));
        core.announce(BOW, elder("n3"));
        assertThat(verdicts()).containsExactly("refused newer");
        assertThat(core.state.complete().agents()).hasSize(1);
        assertThat(addressees()).containsExactly(new Addressee.Node(FIRST));
        core.announce(BOW, newer("n4").asRefused());
        assertThat(verdicts()).containsExactly("refused newer");
    }

    @Test
    void is_not_given_to_another_node_though_the_will_is_late() {
        core.announce(BOW, elder("n1"));
        core.announce(BOW, newer("n2"));
        assertThat(verdicts()).containsExactly("wait newer");
        core.will(BOW, "elder", "n1");
        assertThat(core.state.complete().agents()).isEmpty();
    }

    @Test
    void is_given_to_another_node_when_the_holder_stays_away() {
        core.announce(BOW, elder("n1"));
        core.will(BOW, "elder", "n1");
        core.announce(BOW, newer("n2"));
        core.pass(HOLD);
        core.announce(BOW, newer("n2").asRefused());
        assertThat(verdicts()).containsExactly("granted newer");
        assertThat(addressees()).containsExactly(new Addressee.Node(SECOND));
    }

    @Test
    void is_given_to_another_node_at_once_after_a_good_bye() {
        core.announce(BOW, elder("n1"));
        core.announce(BOW, AgentPresence.stopped("elder", "n1"));
        core.announce(BOW, newer("n2"));
        assertThat(verdicts()).isEmpty();
        assertThat(addressees()).containsExactly(new Addressee.Node(SECOND));
    }

    @Test
    void is_kept_for_a_holder_that_has_died_from_one_that_it_was_refused() {
        core.announce(BOW, elder("n1"));
        core.announce(BOW, newer("n2"));
        core.announce(BOW, elder("n3"));
        assertThat(verdicts()).containsExactly("refused newer");
        core.will(BOW, "elder", "n3");
        core.announce(BOW, newer("n4").asRefused());
        assertThat(verdicts()).containsExactly("wait newer");
        assertThat(core.notes(Note.NameAwaited.class)).hasSize(1);
        core.announce(BOW, newer("n4").asRefused());
        assertThat(core.notes(Note.NameAwaited.class)).isEmpty();
        assertThat(core.notes(Note.NameConflict.class)).isEmpty();
        core.pass(HOLD);
        core.announce(BOW, newer("n4").asRefused());
        assertThat(verdicts()).containsExactly("granted newer");
    }

    @Test
    void is_given_at_once_to_one_that_it_was_refused_when_the_holder_said_good_bye() {
        core.announce(BOW, elder("n1"));
        core.announce(BOW, newer("n2"));
        core.announce(BOW, elder("n3"));
        core.announce(BOW, AgentPresence.stopped("elder", "n3"));
        core.announce(BOW, newer("n4").asRefused());
        assertThat(verdicts()).containsExactly("granted newer");
    }

    @Test
    void is_not_freed_by_the_good_bye_of_one_that_waits() {
        core.announce(BOW, elder("n1"));
        core.will(BOW, "elder", "n1");
        core.announce(BOW, newer("n2"));
        core.announce(BOW, AgentPresence.stopped("newer", "n2"));
        core.announce(BOW, newer("n3"));
        assertThat(verdicts()).containsExactly("wait newer");
    }

    @Test
    void is_given_at_once_to_the_next_process_on_the_node() {
        core.announce(BOW, elder("n1"));
        core.will(BOW, "elder", "n1");
        core.announce(BOW, Core.presence("next", "n2").from(FIRST));
        assertThat(verdicts()).isEmpty();
        assertThat(core.desired(BOW)).hasSize(1);
    }

    @Test
    void is_asked_for_again_when_one_that_waits_tells_its_load() {
        core.announce(BOW, elder("n1"));
        core.will(BOW, "elder", "n1");
        core.announce(BOW, newer("n2"));
        core.pass(HOLD);
        core.report(BOW, Core.report("newer", "n2", 1, core.state.version(), List.of()));
        assertThat(core.commands(BOW)).containsExactly(new Command.AnnounceAgain());
    }

    @Test
    void is_kept_by_a_server_that_was_started_anew_for_whoever_obeyed_it_before() {
        core = startedAnew();
        assertThat(addressees()).containsExactly(new Addressee.Former());
        core.announce(BOW, newer("n1"));
        assertThat(verdicts()).containsExactly("wait newer");
        assertThat(core.desired(BOW)).isEmpty();
        core.announce(BOW, Core.presence("elder", "n2", Optional.of(version(1)), 0).from(FIRST));
        assertThat(verdicts()).containsExactly("refused newer");
        assertThat(addressees()).containsExactly(new Addressee.Node(FIRST));
    }

    @Test
    void is_kept_by_a_server_that_was_started_anew_before_it_knows_of_its_own_connection() {
        core = opened(Set.of(BOW));
        core.announce(BOW, newer("n1"));
        assertThat(verdicts()).containsExactly("wait newer");
    }

    @Test
    void is_given_by_a_server_that_was_started_long_ago_to_whoever_comes() {
        core = startedAnew();
        core.pass(HOLD);
        core.announce(BOW, newer("n1"));
        assertThat(verdicts()).isEmpty();
        assertThat(addressees()).containsExactly(new Addressee.Node(SECOND));
    }

    @Test
    void is_given_at_once_by_a_server_that_was_started_anew_when_nobody_ever_had_it() {
        core = startedAnew(Set.of(STERN));
        assertThat(addressees()).containsExactly(new Addressee.Anybody());
        core.announce(BOW, newer("n1"));
        assertThat(verdicts()).isEmpty();
        assertThat(addressees()).containsExactly(new Addressee.Node(SECOND));
    }

    private static Core startedAnew() {
        return startedAnew(Set.of(BOW));
    }

    private static Core startedAnew(Set<AgentName> met) {
        return opened(met).connected();
    }

    private static Core opened(Set<AgentName> met) {
        var web = new Head.Stored(Core.on(BOW, "a"), new Revision(1));
        var head = Core.head(2, 1, Map.of(new WorkloadName("web"), web), met);
        return new Core(head, ServerSettings.DEFAULTS);
    }

    private static StateVersion version(long epoch) {
        return new StateVersion(Core.LINEAGE, epoch, new Revision(1));
    }

    private static AgentPresence elder(String nonce) {
        return Core.presence("elder", nonce).from(FIRST);
    }

    private static AgentPresence newer(String nonce) {
        return Core.presence("newer", nonce).from(SECOND);
    }

    private List<Addressee> addressees() {
        return core.desired(BOW).stream().map(DesiredState::addressee).toList();
    }

    private List<String> verdicts() {
        return core.commands(BOW).stream()
                .map(command ->
                        switch (command) {
                            case Command.NameRefused(var instance, _, var decided) ->
                                    (decided ? "refused " : "wait ") + instance;
                            case Command.NameGranted(var instance) -> "granted " + instance;
                            case Command.ReportAgain _ -> "report again";
                            case Command.AnnounceAgain _ -> "announce again";
                            case Command.StartLogs _, Command.StartPulls _, Command.EndLogs _ ->
                                    "about logs";
                        })
                .filter(each -> !each.endsWith("again"))
                .toList();
    }
}

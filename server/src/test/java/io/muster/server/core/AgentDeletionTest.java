package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Addressee;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.name.AgentName;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.AgentAction;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.Phase;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Agents that are forgotten because their nodes do not come back. */
final class AgentDeletionTest {
    private final Core core = new Core().connected();

    private static Request.UpdateState forget(AgentName agent) {
        return new Request.UpdateState(
                Node.Entries.NONE, List.of(FieldMask.of("agents", agent.value())));
    }

    private static AgentPresence from(String node, String instance) {
        return new AgentPresence(
                true,
                instance,
                "nonce-" + instance,
                "0.1.0",
                new TreeMap<>(),
                List.of("native"),
                Optional.empty(),
                0,
                0,
                0,
                false,
                Optional.of(new NodeId(node)),
                false);
    }

    private void thereWith(String... workloads) {
        core.announce(BOW, "i", "n");
        for (var name : workloads) {
            core.update(set(name, on(BOW, name)));
        }
    }

    @Test
    void is_refused_as_long_as_the_agent_is_connected_with_the_remedy() {
        thereWith("web");
        core.ask(ALICE, "r", forget(BOW));
        var problem = ((Response.Refused) core.answer(ALICE)).problems().getFirst();
        assertThat(problem.toString())
                .contains("agents.bow", "is connected", "stop it on its node", "muster drain bow");
    }

    @Test
    void clears_what_the_broker_keeps_and_forgets_the_name_and_the_states() {
        thereWith("web");
        core.report(BOW, core.all(1, core.wanted("web", Phase.RUNNING_OK)));
        core.will(BOW, "i", "n");
        core.update(delete("web"));
        assertThat(core.board()).hasSize(1); // it may run on
        core.ask(ALICE, "r", forget(BOW));
        assertThat(core.given().orElseThrow().forgotten()).containsExactly(BOW);
        core.store();
        assertThat(core.board()).isEmpty();
        assertThat(core.effects(Effect.ClearDesired.class))
                .containsExactly(new Effect.ClearDesired(BOW));
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.state.ledger().met().includes(BOW)).isFalse();
    }

    @Test
    void leaves_workloads_waiting_for_any_agent_of_the_name() {
        core.announce(BOW, from("elder", "i"));
        core.update(set("web", on(BOW, "web")));
        core.announce(BOW, AgentPresence.gone("i", "nonce-i"));
        assertThat(core.phases()).containsExactly("web@bow AgentDisconnected");
        core.update(forget(BOW));
        assertThat(core.board())
                .containsExactly(
                        "web@bow Pending(Initial): No agent \"bow\" is connected. Start it, or name"
                                + " another agent.");
        assertThat(core.effects(Effect.ClearDesired.class)).isEmpty();
        assertThat(core.desired(BOW).getLast().addressee()).isEqualTo(new Addressee.Anybody());
        core.announce(BOW, from("heir", "j"));
        assertThat(core.commands(BOW)).noneMatch(Command.NameRefused.class::isInstance);
        assertThat(core.desired(BOW).getLast().workloads()).hasSize(1);
    }

    @Test
    void forgets_tags_and_that_it_was_drained() {
        thereWith();
        var tree =
                Map.<String, Node>of(
                        "tags",
                        new Node.Entries(Map.of("mast", new Node.Text("2"))),
                        "drained",
                        new Node.Text("true"));
        core.update(
                new Request.UpdateState(
                        new Node.Entries(
                                Map.of(
                                        "agents",
                                        new Node.Entries(Map.of("bow", new Node.Entries(tree))))),
                        List.of(FieldMask.of("agents", "bow"))));
        core.will(BOW, "i", "n");
        assertThat(core.state.complete().agents()).containsKey(BOW);
        core.ask(ALICE, "r", forget(BOW));
        var commit = core.given().orElseThrow();
        assertThat(commit.drained()).isEqualTo(Map.of(BOW, false));
        assertThat(commit.tags().get(BOW)).matches(edits -> edits.isEmpty());
        core.store();
        assertThat(core.state.complete().agents()).isEmpty();
    }

    @Test
    void of_one_that_comes_back_meanwhile_forgets_nothing_that_it_says() {
        thereWith("web");
        core.will(BOW, "i", "n");
        core.ask(ALICE, "r", forget(BOW));
        core.announce(BOW, "i", "n2");
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.Remember.class))
                .containsExactly(new Effect.Remember(Set.of(BOW)));
        assertThat(core.state.ledger().met().includes(BOW)).isTrue();
        assertThat(core.effects(Effect.ClearDesired.class)).isEmpty();
        assertThat(core.state.complete().agents()).containsKey(BOW);
    }

    @Test
    void clears_what_the_broker_keeps_though_the_last_workload_goes_in_the_same_batch() {
        thereWith("web");
        core.will(BOW, "i", "n");
        core.ask(ALICE, "r0", set("else", on(STERN, "else"))); // the store is busy with it
        core.ask(ALICE, "r1", delete("web"));
        core.ask(ALICE, "r2", forget(BOW));
        core.on(new ServerEvent.Persisted());
        assertThat(core.given().orElseThrow().forgotten()).containsExactly(BOW);
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.ClearDesired.class))
                .containsExactly(new Effect.ClearDesired(BOW));
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.state.agents()).doesNotContainKey(BOW);
    }

    @Test
    void tells_the_wish_for_anybody_that_comes_in_the_same_batch() {
        thereWith();
        core.will(BOW, "i", "n");
        core.ask(ALICE, "r0", set("else", on(STERN, "else")));
        core.ask(ALICE, "r1", forget(BOW));
        core.ask(ALICE, "r2", set("web", on(BOW, "web")));
        core.on(new ServerEvent.Persisted());
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.ClearDesired.class)).isEmpty();
        assertThat(core.desired(BOW)).singleElement().matches(each -> each.workloads().size() == 1);
    }

    @Test
    void gives_the_name_at_once_to_a_node_that_waits_for_it() {
        core.announce(BOW, from("elder", "i"));
        core.announce(BOW, AgentPresence.gone("i", "nonce-i"));
        core.announce(BOW, from("heir", "j"));
        assertThat(core.commands(BOW)).anyMatch(Command.NameRefused.class::isInstance);
        core.update(forget(BOW));
        core.announce(BOW, from("heir", "j").asRefused());
        assertThat(core.commands(BOW)).containsExactly(new Command.NameGranted("j"));
        assertThat(core.state.complete().agents()).containsKey(BOW);
    }

    @Test
    void changes_nothing_for_an_agent_that_nobody_knows() {
        core.ask(ALICE, "r", forget(new AgentName("ghost")));
        assertThat(((Response.Updated) core.answer(ALICE)).ignored())
                .containsExactly("agents.ghost");
        assertThat(core.state.version().revision()).isEqualTo(Revision.ZERO);
    }

    @Test
    void waits_until_agents_that_were_here_had_their_time_to_come() {
        var later =
                new Core(Core.head(2, 3, Map.of(), Set.of(BOW)), ServerSettings.DEFAULTS)
                        .connected();
        later.ask(ALICE, "r", forget(BOW));
        assertThat(later.answer(ALICE)).isInstanceOf(Response.Refused.class);
        later.pass(ServerSettings.DEFAULTS.times().grace());
        later.update(forget(BOW));
        assertThat(later.effects(Effect.ClearDesired.class)).hasSize(1);
    }

    /** The store as it is after the deletion: the server died before it told the broker. */
    private static Core afterwards(Set<AgentName> met, Map<AgentName, AgentAction> agents) {
        var revision = new Revision(4);
        var head =
                new Head(
                        Core.LINEAGE,
                        2,
                        revision,
                        false,
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of(
                                new PastUpdate(
                                        revision,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Map.of(),
                                        Map.of(),
                                        agents)),
                        Map.of(),
                        met);
        return new Core(head, ServerSettings.DEFAULTS);
    }

    @Test
    void clears_what_the_broker_keeps_though_the_server_died_in_between() {
        var later = afterwards(Set.of(), Map.of(BOW, AgentAction.DELETE, STERN, AgentAction.DRAIN));
        later.connected();
        assertThat(later.effects(Effect.ClearDesired.class))
                .containsExactly(new Effect.ClearDesired(BOW));
        assertThat(later.desired(BOW)).isEmpty();
    }

    @Test
    void clears_nothing_of_one_that_has_come_back_since() {
        var later = afterwards(Set.of(BOW), Map.of(BOW, AgentAction.DELETE));
        later.connected();
        assertThat(later.effects(Effect.ClearDesired.class)).isEmpty();
        var early = afterwards(Set.of(), Map.of(BOW, AgentAction.DELETE));
        early.announce(BOW, "i", "n");
        early.connected();
        assertThat(early.effects(Effect.ClearDesired.class)).isEmpty();
        assertThat(early.desired(BOW)).isNotEmpty();
    }
}

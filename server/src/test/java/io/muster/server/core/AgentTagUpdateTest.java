package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.AgentPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.TagEdits;
import io.muster.api.store.Head;
import io.muster.api.tree.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Updates of the tags of agents. Agents in these tests are started with {@code deck=upper}. */
final class AgentTagUpdateTest {
    private final Core core = new Core().connected().announce(BOW, "i", "n");

    @Test
    void sets_one_tag_and_leaves_the_others() {
        core.update(tags("bow", Map.of("mast", "2"), "agents.bow.tags.mast"));
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper", "mast", "2"));
    }

    @Test
    void replaces_all_tags() {
        core.update(tags("bow", Map.of("mast", "2"), "agents.bow.tags"));
        assertThat(shown(BOW)).isEqualTo(Map.of("mast", "2"));
    }

    @Test
    void removes_one_tag_and_all() {
        core.update(tags("bow", Map.of("mast", "2", "sail", "red"), "agents.bow"));
        core.update(nothing("agents.bow.tags.mast"));
        assertThat(shown(BOW)).isEqualTo(Map.of("sail", "red"));
        core.update(nothing("agents.bow.tags"));
        assertThat(shown(BOW)).isEmpty();
    }

    @Test
    void is_stored_with_a_revision_of_its_own_and_told_to_no_agent() {
        core.ask(ALICE, "r", tags("bow", Map.of("deck", "lower"), "agents.bow.tags"));
        var commit = core.given().orElseThrow();
        assertThat(commit.revision()).isEqualTo(new Revision(1));
        assertThat(commit.tags())
                .isEqualTo(Map.of(BOW, edits(Map.of("deck", Optional.of("lower")))));
        assertThat(commit.past()).isEmpty();
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper")); // not stored yet
        core.store();
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "lower"));
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.answer(ALICE))
                .isEqualTo(new Response.Updated(List.of(), List.of(), new Revision(1), List.of()));
    }

    @Test
    void that_changes_nothing_writes_nothing() {
        core.update(tags("bow", Map.of("deck", "upper"), "agents.bow.tags"));
        assertThat(core.effects(Effect.Persist.class)).isEmpty();
        assertThat(core.state.version().revision()).isEqualTo(Revision.ZERO);
    }

    @Test
    void tells_which_masks_change_nothing_because_nobody_knows_the_agent() {
        core.ask(ALICE, "r", tags("ghost", Map.of("deck", "lower"), "agents.ghost.tags.deck"));
        assertThat(core.answer(ALICE))
                .isEqualTo(
                        new Response.Updated(
                                List.of(),
                                List.of(),
                                Revision.ZERO,
                                List.of(),
                                List.of("agents.ghost.tags.deck")));
    }

    @Test
    void comes_together_with_one_of_workloads() {
        var both = new TreeMap<>(set("web", on(BOW, "x")).newState().entries());
        both.putAll(tags("bow", Map.of("mast", "2"), "").newState().entries());
        core.update(
                new Request.UpdateState(
                        new Node.Entries(both),
                        List.of(mask("desiredState.workloads.web"), mask("agents.bow.tags.mast"))));
        assertThat(core.state.version().revision()).isEqualTo(new Revision(1));
        assertThat(core.placed("web").changedAt()).isEqualTo(new Revision(1));
        assertThat(shown(BOW)).containsEntry("mast", "2");
    }

    @Test
    void is_planned_on_those_before_it_that_are_not_stored_yet() {
        core.ask(ALICE, "r1", tags("bow", Map.of("a", "1"), "agents.bow.tags.a"));
        core.ask(ALICE, "r2", tags("bow", Map.of("b", "2"), "agents.bow.tags.b"));
        core.ask(ALICE, "r3", nothing("agents.bow.tags.a"));
        core.on(new ServerEvent.Persisted());
        core.store();
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper", "b", "2"));
        assertThat(core.state.version().revision()).isEqualTo(new Revision(3));
    }

    @Test
    void is_gone_when_the_store_does_not_take_it() {
        core.ask(ALICE, "r1", tags("bow", Map.of("a", "1"), "agents.bow.tags.a"));
        core.on(new ServerEvent.NotPersisted("the disk is full"));
        assertThat(core.answer(ALICE)).isInstanceOf(Response.Refused.class);
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper"));
    }

    @Test
    void outlives_the_connection_and_a_restart_of_the_agent_with_other_tags() {
        core.update(tags("bow", Map.of("deck", "lower"), "agents.bow.tags.deck"));
        core.will(BOW, "i", "n");
        core.announce(BOW, presence("j", Map.of("deck", "middle", "side", "port")));
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "lower", "side", "port"));
    }

    @Test
    void outlives_a_restart_of_the_server() {
        var head =
                new Head(
                        Core.LINEAGE,
                        2,
                        new Revision(4),
                        false,
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of(),
                        Map.of(BOW, edits(Map.of("deck", Optional.empty()))),
                        Set.of());
        var next = new Core(head, ServerSettings.DEFAULTS).connected().announce(BOW, "i", "n");
        assertThat(next.state.complete().agents())
                .hasEntrySatisfying(BOW, agent -> assertThat(agent.tags()).isEmpty());
    }

    @Test
    void is_seen_by_subscribers_at_once_and_when_the_agent_comes_back() {
        core.ask(BOB, "s", new Request.GetState(List.of(mask("agents")), true));
        core.update(tags("bow", Map.of("deck", "lower"), "agents.bow.tags"));
        assertThat(core.answer(BOB))
                .isInstanceOfSatisfying(
                        Response.StateAnswer.class,
                        event -> {
                            assertThat(event.altered()).isPresent();
                            assertThat(tagsIn(event.state(), "bow"))
                                    .isEqualTo(Map.of("deck", new Node.Text("lower")));
                        });
    }

    @Test
    void for_agents_that_are_unknown_changes_nothing() {
        core.update(tags("stern", Map.of("a", "1"), "agents.stern.tags"));
        core.announce(STERN, "k", "m");
        assertThat(shown(STERN)).isEqualTo(Map.of("deck", "upper"));
        core.update(tags("bow", Map.of("a", "1"), "agents.*.tags"));
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper"));
    }

    @Test
    void forgets_an_agent_that_is_gone() {
        core.update(tags("bow", Map.of("deck", "lower"), "agents.bow.tags"));
        core.will(BOW, "i", "n");
        core.ask(ALICE, "forget", nothing("agents.bow.tags"));
        assertThat(core.given().orElseThrow().tags()).isEqualTo(Map.of(BOW, TagEdits.NONE));
        core.store();
        core.announce(BOW, "j", "o");
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper"));
    }

    @Test
    void beyond_the_bounds_is_refused_and_leaves_no_trace() {
        var many = new TreeMap<String, String>();
        for (int i = 0; i <= TagPlanning.MAX_TAGS; i++) {
            many.put("k" + i, "v");
        }
        refuses(tags("bow", many, "agents.bow.tags"), "would have 257 tags");
        refuses(
                tags("bow", Map.of("a", "x".repeat(5_000)), "agents.bow.tags"),
                "\"a\" is too long");
        refuses(tags("bow", Map.of("", "x"), "agents.bow.tags"), "has a tag without a key");
        refuses(
                tags("bow", Map.of("a.b", "1"), "agents.bow.tags.a.b"),
                "Could not find field agents.bow.tags.a.b");
        assertThat(shown(BOW)).isEqualTo(Map.of("deck", "upper"));
        assertThat(core.state.version().revision()).isEqualTo(Revision.ZERO);
    }

    @Test
    void of_more_agents_than_there_may_be_is_refused() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        var names = List.of("one", "two", "three");
        for (int i = 0; i < small.state.settings().bounds().maxAgents() + 1; i++) {
            var name = new AgentName(names.get(i));
            small.announce(name, "i", "n");
            small.ask(
                    ALICE,
                    "r" + i,
                    tags(name.value(), Map.of("a", "1"), "agents." + name + ".tags"));
            small.store();
            small.will(name, "i", "n");
            small.pass(ServerSettings.DEFAULTS.times().silence());
        }
        assertThat(small.state.ledger().committed().tags()).hasSizeLessThanOrEqualTo(2);
    }

    private void refuses(Request.UpdateState update, String why) {
        core.update(update);
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.message()).contains(why));
    }

    private Map<String, String> shown(AgentName agent) {
        var attributes = core.state.complete().agents().get(agent);
        return attributes == null ? Map.of() : attributes.tags();
    }

    private static Map<String, Node> tagsIn(Node.Entries state, String agent) {
        Node node = state;
        for (var key : List.of("agents", agent, "tags")) {
            node = Optional.ofNullable(((Node.Entries) node).entries().get(key)).orElseThrow();
        }
        return ((Node.Entries) node).entries();
    }

    private static AgentPresence presence(String instance, Map<String, String> tags) {
        return new AgentPresence(
                true,
                instance,
                "n",
                "0.1.0",
                new TreeMap<>(tags),
                List.of("native"),
                Optional.empty(),
                0,
                0,
                0);
    }

    private static TagEdits edits(Map<String, Optional<String>> edits) {
        return new TagEdits(new TreeMap<>(edits));
    }

    private static Request.UpdateState tags(String agent, Map<String, String> tags, String mask) {
        var nodes = new TreeMap<String, Node>();
        tags.forEach((key, value) -> nodes.put(key, new Node.Text(value)));
        var attributes = new Node.Entries(Map.of("tags", new Node.Entries(nodes)));
        return new Request.UpdateState(
                new Node.Entries(Map.of("agents", new Node.Entries(Map.of(agent, attributes)))),
                List.of(mask(mask)));
    }

    private static Request.UpdateState nothing(String mask) {
        return new Request.UpdateState(Node.Entries.NONE, List.of(mask(mask)));
    }

    private static FieldMask mask(String text) {
        return new FieldMask(Arrays.asList(text.split("\\.")));
    }
}

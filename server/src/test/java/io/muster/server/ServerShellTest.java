package io.muster.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.codec.LinkCodec;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.Phase;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.api.topic.AgentChannel;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.server.core.ServerSettings;
import io.muster.server.store.MemoryStore;
import io.muster.transport.ClientLink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ServerShellTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            workloads:
              web:
                agent: bow
                runtime: native
                runtimeConfig: "command: web"
            """;

    private final Sea sea = new Sea();
    private final MemoryStore store = new MemoryStore(sea.world.split());

    private static StoreException noRoom() {
        return StoreException.full("the disk is full", new IOException("no space left"));
    }

    @Test
    void brings_a_workload_from_a_client_to_an_agent_and_its_state_back() throws Exception {
        sea.ready(store);
        sea.new Agent("bow");
        var updated = (Response.Updated) sea.ask(set("web", "bow"));
        assertThat(updated.revision()).isEqualTo(new Revision(1));
        sea.until("web runs", () -> phases().equals(List.of(Phase.RUNNING_OK)));
        assertThat(sea.get(FieldMask.of("agents")).state())
                .satisfies(tree ->
                        assertThat(StateTree.agents(tree)).containsOnlyKeys(new AgentName("bow")));
    }

    @Test
    void tells_a_subscriber_each_step() throws Exception {
        sea.ready(store);
        sea.new Agent("bow");
        var seen = new ArrayList<Phase>();
        var subscription =
                sea.client.subscribe(
                        List.of(FieldMask.of("workloadStates")),
                        new ClientLink.EventListener() {
                            @Override
                            public void snapshot(Response.StateAnswer answer) {
                                StateTree.workloadStates(answer.state())
                                        .forEach(state -> seen.add(state.phase()));
                            }

                            @Override
                            public void event(Response.StateAnswer answer) {
                                snapshot(answer);
                            }

                            @Override
                            public void interrupted(String why) {
                                throw new AssertionError(why);
                            }

                            @Override
                            public void resumed() {
                                throw new AssertionError("resumed what was not interrupted");
                            }

                            @Override
                            public void refused(Response.Refused refused) {
                                throw new AssertionError(refused.message());
                            }
                        });
        sea.world.run(Duration.ofSeconds(1));
        sea.ask(set("web", "bow"));
        sea.until("two steps", () -> seen.size() == 2);
        assertThat(seen).containsExactly(Phase.PENDING_INITIAL, Phase.RUNNING_OK);
        sea.world.run(Duration.ofMinutes(5)); // the lease is renewed all the while
        sea.ask(set("web", ""));
        sea.until("more steps", () -> seen.size() > 2);
        subscription.close();
    }

    @Test
    void goes_on_after_its_death_where_it_was_and_restarts_nothing() throws Exception {
        var first = sea.ready(store);
        var bow = sea.new Agent("bow");
        sea.ask(set("web", "bow"));
        sea.until("web runs", () -> phases().equals(List.of(Phase.RUNNING_OK)));
        first.die();
        var second = sea.server(store);
        sea.until("second is ready", second::isReady);
        sea.until("web is seen again", () -> phases().equals(List.of(Phase.RUNNING_OK)));
        assertThat(bow.desired.getLast().version())
                .isEqualTo(new StateVersion(second.shell.state().lineage(), 2, new Revision(1)));
        assertThat(bow.desired.getLast().workloads())
                .extracting(each -> each.changedAt().value())
                .containsExactly(1L);
    }

    @Test
    void executes_a_request_once_although_it_dies_between_storing_and_answering() throws Exception {
        var fatal = new FatalStore(store);
        var first = sea.server(fatal);
        fatal.victim = Optional.of(first);
        sea.until("first is ready", first::isReady);
        var answers = new ArrayList<Response>();
        sea.client.ask(set("web", "bow"), Duration.ofSeconds(20)).thenAccept(answers::add);
        sea.world.run(Duration.ofSeconds(2));
        assertThat(answers).isEmpty();
        sea.ready(store);
        sea.until("answer", () -> !answers.isEmpty());
        assertThat(answers.getFirst().body())
                .isInstanceOfSatisfying(
                        Response.Updated.class,
                        updated -> {
                            assertThat(updated.revision()).isEqualTo(new Revision(1));
                            assertThat(updated.added()).hasSize(1);
                        });
        assertThat(sea.get().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void refuses_updates_while_the_store_fails_and_recovers_by_itself() throws Exception {
        sea.ready(store);
        store.fail(Optional.of("the disk is full; free some space"));
        assertThat(sea.ask(set("web", "bow")))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .contains("nothing was changed")
                                        .contains("the disk is full; free some space"));
        assertThat(phases()).isEmpty();
        store.fail(Optional.empty());
        assertThat(sea.ask(set("web", "bow"))).isInstanceOf(Response.Updated.class);
    }

    @Test
    void applies_its_startup_manifest_before_it_serves() throws Exception {
        var server = sea.server(store, manifest(MANIFEST));
        sea.until("server is ready", server::isReady);
        assertThat(server.heard).containsExactly("serving 1");
        assertThat(phases()).containsExactly(Phase.PENDING_INITIAL);
        assertThat(
                        sea.broker.retained(
                                sea.topics.agent(new AgentName("bow"), AgentChannel.DESIRED)))
                .isPresent();
    }

    @Test
    void lets_what_is_stored_stand_when_the_startup_manifest_is_the_same() throws Exception {
        var first = sea.server(store, manifest(MANIFEST));
        sea.until("server is ready", first::isReady);
        sea.ask(delete("web"));
        first.die();
        var second = sea.server(store, manifest(MANIFEST));
        sea.until("second is ready", second::isReady);
        assertThat(phases()).isEmpty();
    }

    @Test
    void does_not_serve_when_the_startup_manifest_does_not_fit_what_is_stored() throws Exception {
        var first = sea.ready(store);
        sea.ask(set("web", "bow", "db"));
        first.die();
        var manifest =
                """
                apiVersion: v1
                workloads:
                  db:
                    agent: bow
                    runtime: native
                    runtimeConfig: "command: db"
                    dependencies:
                      web: ADD_COND_RUNNING
                """;
        var second = sea.server(store, manifest(manifest));
        sea.world.run(Duration.ofSeconds(1));
        assertThat(second.heard)
                .singleElement()
                .asString()
                .contains("does not fit what is stored")
                .contains("db -> web -> db");
    }

    @Test
    void does_not_serve_when_the_startup_manifest_cannot_be_stored() throws Exception {
        var full = new FatalStore(store);
        full.trouble = Optional.of(new StoreException("the disk is broken"));
        var server = sea.server(full, manifest(MANIFEST));
        sea.world.run(Duration.ofSeconds(1));
        assertThat(server.heard)
                .containsExactly("the startup manifest could not be stored: the disk is broken");
    }

    @Test
    void serves_what_is_stored_until_there_is_room_for_its_startup_manifest() throws Exception {
        var first = sea.ready(store);
        sea.ask(set("db", "bow"));
        first.die();
        var full = new FatalStore(store);
        full.trouble = Optional.of(noRoom());
        var second = sea.server(full, manifest(MANIFEST));
        sea.until("it serves what is there", second::isReady);
        assertThat(second.heard).containsExactly("serving 1");
        assertThat(sea.ask(set("db", ""))).isInstanceOf(Response.Refused.class);
        sea.world.run(Duration.ofMinutes(1));
        assertThat(second.shell.state().version().revision()).isEqualTo(new Revision(1));
        full.trouble = Optional.empty();
        sea.until(
                "the manifest is in force",
                () -> second.shell.state().version().revision().equals(new Revision(2)));
        sea.world.run(Duration.ofMinutes(1));
        assertThat(second.shell.state().version().revision()).isEqualTo(new Revision(2));
        assertThat(second.heard).containsExactly("serving 1");
    }

    @Test
    void waits_for_room_if_nothing_is_stored_yet() throws Exception {
        var full = new FatalStore(store);
        full.trouble = Optional.of(noRoom());
        var server = sea.server(full, manifest(MANIFEST));
        sea.world.run(Duration.ofMinutes(1));
        assertThat(server.heard).isEmpty();
        full.trouble = Optional.empty();
        sea.until("server is ready", server::isReady);
        assertThat(server.heard).containsExactly("serving 1");
    }

    @Test
    void says_nothing_of_an_update_until_it_is_known_whether_it_is_stored() throws Exception {
        var unclear = new FatalStore(store);
        var server = sea.server(unclear);
        sea.until("server is ready", server::isReady);
        unclear.trouble = Optional.of(StoreException.unknown("who knows", new IOException()));
        var answers = sea.send(set("web", "bow"));
        sea.world.run(Duration.ofSeconds(7));
        assertThat(answers).isEmpty();
        unclear.trouble = Optional.empty();
        sea.until("it is known", () -> !answers.isEmpty());
        assertThat(answers.getFirst()).isInstanceOf(Response.Updated.class);
    }

    @Test
    void ends_when_somebody_else_has_changed_its_store() throws Exception {
        var foreign = new FatalStore(store);
        var server = sea.server(foreign);
        sea.until("server is ready", server::isReady);
        foreign.trouble = Optional.of(StoreException.foreign("holds another revision"));
        var answers = sea.send(set("web", "bow"));
        sea.until("it must end", () -> server.heard.size() > 1);
        assertThat(server.heard).containsExactly("serving 0", "displaced: holds another revision");
        assertThat(answers).isEmpty();
    }

    @Test
    void does_not_push_another_server_aside() throws Exception {
        var first = sea.ready(store);
        var second = sea.server(new MemoryStore(sea.world.split()));
        sea.world.run(Duration.ofSeconds(15));
        assertThat(second.heard)
                .last()
                .asString()
                .contains("displaced: another server")
                .contains("--cluster");
        assertThat(first.heard).containsExactly("serving 0");
        sea.ask(set("web", "bow"));
    }

    @Test
    void refills_a_broker_that_has_forgotten_everything() throws Exception {
        sea.ready(store);
        sea.ask(set("web", "bow"));
        sea.broker.stop();
        sea.world.run(Duration.ofSeconds(5));
        sea.broker.start(false);
        var topic = sea.topics.agent(new AgentName("bow"), AgentChannel.DESIRED);
        sea.until("desired state is back", () -> sea.broker.retained(topic).isPresent());
    }

    @Test
    void says_goodbye_when_it_stops_and_leaves_the_store_to_the_next() throws Exception {
        var server = sea.ready(store);
        var done = new ArrayList<String>();
        server.serial.deliver(() -> server.shell.stop(() -> done.add("done")));
        sea.until("server has stopped", () -> !done.isEmpty());
        var presence =
                LinkCodec.decodeServerPresence(
                        sea.broker.retained(sea.topics.serverPresence()).orElseThrow());
        assertThat(presence.online()).isFalse();
        server.serial.deliver(() -> server.shell.stop(() -> done.add("again")));
        sea.world.run(Duration.ofSeconds(1));
        assertThat(done).containsExactly("done");
    }

    @Test
    void answers_what_is_being_stored_before_it_stops() throws Exception {
        var server = sea.ready(store);
        var answers = new ArrayList<Response>();
        sea.client.ask(set("web", "bow"), Duration.ofSeconds(20)).thenAccept(answers::add);
        sea.until("it is being stored", () -> server.shell.state().pending() > 0);
        server.serial.deliver(() -> server.shell.stop(() -> {}));
        sea.until("answer", () -> !answers.isEmpty());
        assertThat(answers.getFirst().body()).isInstanceOf(Response.Updated.class);
    }

    @Test
    void jumps_above_what_an_agent_has_seen_of_a_later_life_of_the_store() throws Exception {
        var first = sea.ready(store);
        var bow = sea.new Agent("bow");
        sea.ask(set("web", "bow"));
        sea.until("bow knows", () -> !bow.desired.isEmpty());
        store.raise(7, new Revision(50)); // another life of the same store, which bow meets ...
        first.die();
        var second = sea.server(store);
        sea.until("bow has seen it", () -> bow.desired.getLast().version().epoch() == 8);
        second.die();
        store.raise(1, new Revision(1)); // ... before a backup is put in its place
        sea.ready(store);
        sea.until("bow obeys", () -> bow.desired.getLast().version().epoch() == 9);
        assertThat(bow.desired.getLast().version().revision()).isEqualTo(new Revision(50));
    }

    private List<Phase> phases() {
        return StateTree.workloadStates(sea.get(FieldMask.of("workloadStates")).state()).stream()
                .map(WorkloadState::phase)
                .toList();
    }

    private static Request.UpdateState set(String name, String agent, String... dependencies) {
        var workload = Workload.of(agent, "native", "command: " + name);
        var conditions = new TreeMap<WorkloadName, Dependency>();
        for (var each : dependencies) {
            conditions.put(new WorkloadName(each), Dependency.on(AddCondition.ADD_COND_RUNNING));
        }
        return change(
                name,
                State.EMPTY.with(new WorkloadName(name), workload.withDependencies(conditions)));
    }

    private static Request.UpdateState delete(String name) {
        return change(name, State.EMPTY);
    }

    private static Request.UpdateState change(String name, State state) {
        return new Request.UpdateState(
                new Node.Entries(Map.of("desiredState", StateTree.of(state))),
                List.of(FieldMask.of("desiredState", "workloads", name)));
    }

    private static StartupManifest manifest(String text) {
        return switch (StartupManifest.read("start.yaml", text, ServerSettings.DEFAULTS)) {
            case Outcome.Accepted<StartupManifest>(var manifest) -> manifest;
            case Outcome.Refused<StartupManifest>(var problems) ->
                    throw new AssertionError(problems);
        };
    }

    /** Refuses, or kills its server as soon as something is stored. */
    private static final class FatalStore implements Store {
        private final Store inner;
        private Optional<StoreException> trouble = Optional.empty();
        private Optional<Sea.Server> victim = Optional.empty();

        FatalStore(Store inner) {
            this.inner = inner;
        }

        @Override
        public Head open() throws StoreException {
            return inner.open();
        }

        @Override
        public void commit(Commit commit) throws StoreException {
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            inner.commit(commit);
            victim.ifPresent(Sea.Server::die);
        }

        @Override
        public void raise(long epoch, Revision revision) throws StoreException {
            inner.raise(epoch, revision);
        }

        @Override
        public void meet(Set<AgentName> agents) throws StoreException {
            inner.meet(agents);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}

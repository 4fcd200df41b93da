package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.store.Head;
import io.muster.api.store.StartupMark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class StartupManifestTest {
    @Test
    void is_applied_to_an_empty_store_and_remembered() {
        var core = new Core();
        core.on(manifest("1", Map.of("web", on(BOW, "a"))));
        var commit = core.given().orElseThrow();
        assertThat(commit.startup()).hasValue(mark("1", "web"));
        core.store();
        assertThat(core.notes(Note.ManifestInForce.class))
                .containsExactly(new Note.ManifestInForce(new Revision(1), true));
        assertThat(workloads(core)).containsOnlyKeys("web");
    }

    @Test
    void is_not_applied_again_while_it_is_the_same() {
        var core =
                restarted(mark("1", "web"), Map.of("web", on(BOW, "changed"), "new", on(BOW, "b")));
        core.on(manifest("1", Map.of("web", on(BOW, "a"))));
        assertThat(core.given()).isEmpty();
        assertThat(core.notes(Note.ManifestInForce.class))
                .containsExactly(new Note.ManifestInForce(new Revision(7), false));
        assertThat(workloads(core).get("web")).isEqualTo(on(BOW, "changed"));
    }

    @Test
    void sets_what_it_names_deletes_what_it_no_longer_names_and_leaves_the_rest_alone() {
        var core =
                restarted(
                        mark("1", "web", "old"),
                        Map.of(
                                "web", on(BOW, "changed"),
                                "old", on(BOW, "a"),
                                "mine", on(BOW, "b")));
        core.on(manifest("2", Map.of("web", on(BOW, "a"), "new", on(BOW, "c")))).store();
        assertThat(workloads(core))
                .isEqualTo(Map.of("web", on(BOW, "a"), "new", on(BOW, "c"), "mine", on(BOW, "b")));
    }

    @Test
    void is_remembered_even_if_it_changes_nothing() {
        var core = restarted(mark("1", "web"), Map.of("web", on(BOW, "a")));
        core.on(manifest("2", Map.of("web", on(BOW, "a"))));
        var commit = core.given().orElseThrow();
        assertThat(commit.startup()).hasValue(mark("2", "web"));
        assertThat(commit.revision()).isEqualTo(new Revision(7));
        core.store();
        assertThat(core.notes(Note.ManifestInForce.class)).hasSize(1);
    }

    @Test
    void that_does_not_fit_what_is_stored_is_refused_and_nothing_is_stored() {
        var core = restarted(mark("1"), Map.of("a", on(BOW, "x", "b")));
        core.on(manifest("2", Map.of("b", on(BOW, "x", "a"))));
        assertThat(core.given()).isEmpty();
        assertThat(core.notes(Note.ManifestRefused.class))
                .singleElement()
                .satisfies(note ->
                        assertThat(note.problems().getFirst().what()).contains("b -> a -> b"));
    }

    @Test
    void that_cannot_be_stored_is_told() {
        var core = new Core();
        core.on(manifest("1", Map.of("web", on(BOW, "a"))));
        core.on(new ServerEvent.NotPersisted("the disk is full"));
        assertThat(core.notes(Note.StoreFailed.class)).hasSize(1);
        assertThat(workloads(core)).isEmpty();
    }

    @Test
    void does_not_hinder_updates_that_come_meanwhile() {
        var core = new Core();
        core.on(manifest("1", Map.of("web", on(BOW, "a"))));
        core.ask(ALICE, "r1", set("db", on(BOW, "b")));
        core.on(new ServerEvent.Persisted()).store();
        assertThat(workloads(core)).containsOnlyKeys("db", "web");
    }

    private static Core restarted(StartupMark mark, Map<String, Workload> workloads) {
        var stored = new TreeMap<WorkloadName, Head.Stored>();
        workloads.forEach((name, workload) ->
                stored.put(new WorkloadName(name), new Head.Stored(workload, new Revision(3))));
        return new Core(
                new Head(
                        Core.LINEAGE,
                        2,
                        new Revision(7),
                        false,
                        Optional.of(mark),
                        stored,
                        Map.of(),
                        List.of()),
                ServerSettings.DEFAULTS);
    }

    private static ServerEvent manifest(String digest, Map<String, Workload> workloads) {
        var named = new TreeMap<WorkloadName, Workload>();
        workloads.forEach((name, workload) -> named.put(new WorkloadName(name), workload));
        return new ServerEvent.StartupManifest(digest, State.of(named, Map.of()));
    }

    private static StartupMark mark(String digest, String... workloads) {
        var names = new TreeSet<WorkloadName>();
        for (var name : workloads) {
            names.add(new WorkloadName(name));
        }
        return new StartupMark(digest, names, new TreeSet<>());
    }

    private static Map<String, Workload> workloads(Core core) {
        var found = new TreeMap<String, Workload>();
        core.state
                .complete()
                .desiredState()
                .workloads()
                .forEach((name, workload) -> found.put(name.value(), workload));
        return found;
    }
}

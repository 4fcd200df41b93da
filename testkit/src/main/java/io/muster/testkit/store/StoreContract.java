package io.muster.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.AgentAction;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AddCondition;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.TagEdits;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.store.Answer;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StartupMark;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. */
public abstract class StoreContract {
    /** How many answers the store under test remembers. */
    protected static final int MAX_ANSWERS = 5;

    private static final WorkloadName WEB = new WorkloadName("web");
    private static final WorkloadName DB = new WorkloadName("db");
    private Store store = new Unopened();

    /** Makes an empty store that remembers {@link #MAX_ANSWERS} answers; it is opened later. */
    protected abstract Store make() throws Exception;

    /** Returns the same store as the next process finds it, after this one was closed or died. */
    protected abstract Store next(Store store) throws Exception;

    /** Lets writing fail from now on, as a full disk does. */
    protected abstract void fill() throws Exception;

    /** Lets writing succeed again. */
    protected abstract void free() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = make();
    }

    @AfterEach
    void end() {
        store.close();
    }

    @Test
    void is_empty_and_fresh_at_first() throws Exception {
        var head = store.open();
        assertThat(head.fresh()).isTrue();
        assertThat(head.revision()).isEqualTo(Revision.ZERO);
        assertThat(head.workloads()).isEmpty();
        assertThat(head.configs()).isEmpty();
        assertThat(head.answers()).isEmpty();
        assertThat(head.startup()).isEmpty();
    }

    @Test
    void counts_each_opening_as_an_epoch_of_one_lineage() throws Exception {
        var first = store.open();
        var second = reopen();
        var third = reopen();
        assertThat(List.of(first.epoch(), second.epoch(), third.epoch()))
                .containsExactly(1L, 2L, 3L);
        assertThat(third.lineage()).isEqualTo(first.lineage());
        assertThat(third.fresh()).isFalse();
    }

    @Test
    void makes_a_lineage_of_its_own() throws Exception {
        var first = store.open();
        store.close();
        store = make();
        assertThat(store.open().lineage()).isNotEqualTo(first.lineage());
    }

    @Test
    void reads_back_every_field_that_was_written() throws Exception {
        store.open();
        var config =
                ConfigItem.Fields.of(
                        Map.of(
                                "ports",
                                new ConfigItem.Items(List.of(new ConfigItem.Text("80"))),
                                "host",
                                new ConfigItem.Text("ünïcode")));
        var mark = new StartupMark("abc", new TreeSet<>(Set.of(WEB)), new TreeSet<>(Set.of("net")));
        store.commit(
                new Commit(
                        new Revision(1),
                        Map.of(WEB, stored(full(), 1)),
                        Set.of(),
                        Map.of("net", config),
                        Set.of(),
                        List.of(answer("r1", 1)),
                        Optional.of(mark)));
        var head = reopen();
        assertThat(head.revision()).isEqualTo(new Revision(1));
        assertThat(head.workloads()).isEqualTo(Map.of(WEB, stored(full(), 1)));
        assertThat(head.configs()).isEqualTo(Map.of("net", config));
        assertThat(head.answers()).containsExactly(answer("r1", 1));
        assertThat(head.startup()).hasValue(mark);
    }

    @Test
    void keeps_edited_tags_until_there_are_none() throws Exception {
        store.open();
        var edits =
                new TagEdits(
                        new TreeMap<>(
                                Map.of("deck", Optional.of("löwer"), "side", Optional.empty())));
        var bow = new AgentName("bow");
        var stern = new AgentName("stern");
        store.commit(tagging(1, Map.of(bow, edits, stern, edits)));
        assertThat(reopen().tags()).isEqualTo(Map.of(bow, edits, stern, edits));
        var fewer = new TagEdits(new TreeMap<>(Map.of("deck", Optional.of(""))));
        store.commit(tagging(2, Map.of(bow, fewer, stern, TagEdits.NONE)));
        assertThat(reopen().tags()).isEqualTo(Map.of(bow, fewer));
        store.commit(commit(3, Map.of(WEB, plain("a")), Set.of()));
        assertThat(reopen().tags()).isEqualTo(Map.of(bow, fewer));
    }

    @Test
    void keeps_which_agents_are_drained_and_forgets_agents_as_if_they_had_never_been()
            throws Exception {
        var bow = new AgentName("bow");
        var stern = new AgentName("stern");
        assertThat(store.open().drained()).isEmpty();
        store.meet(Set.of(bow, stern));
        store.commit(about(1, Set.of(), Map.of(bow, true, stern, true), AgentAction.DRAIN));
        store.commit(about(2, Set.of(), Map.of(bow, true, stern, false), AgentAction.UNDRAIN));
        assertThat(reopen().drained()).containsExactly(bow);
        store.commit(about(3, Set.of(bow), Map.of(bow, false), AgentAction.DELETE));
        var head = reopen();
        assertThat(head.drained()).isEmpty();
        assertThat(head.met()).containsExactly(stern);
        assertThat(head.past())
                .extracting(each -> each.agents().get(bow))
                .containsExactly(AgentAction.DRAIN, AgentAction.UNDRAIN, AgentAction.DELETE);
        store.commit(about(4, Set.of(stern), Map.of(stern, true), AgentAction.DRAIN));
        assertThat(reopen().drained()).containsExactly(stern); // what is forgotten comes first
    }

    private static Commit about(
            long revision,
            Set<AgentName> forgotten,
            Map<AgentName, Boolean> drained,
            AgentAction action) {
        return new Commit(
                new Revision(revision),
                Map.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(),
                Optional.empty(),
                List.of(
                        new PastUpdate(
                                new Revision(revision),
                                Optional.empty(),
                                Optional.empty(),
                                Map.of(),
                                Map.of(),
                                Map.of(new AgentName("bow"), action))),
                Revision.ZERO,
                Map.of(),
                forgotten,
                drained);
    }

    private static Commit tagging(long revision, Map<AgentName, TagEdits> tags) {
        return new Commit(
                new Revision(revision),
                Map.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                Revision.ZERO,
                tags);
    }

    @Test
    void remembers_the_agents_that_were_here() throws Exception {
        var bow = new AgentName("bow");
        var stern = new AgentName("stern");
        assertThat(store.open().met()).isEmpty();
        store.meet(Set.of(bow));
        store.meet(Set.of(bow, stern));
        store.commit(commit(1, Map.of(WEB, plain("a")), Set.of()));
        assertThat(reopen().met()).containsExactlyInAnyOrder(bow, stern);
        fill();
        var many = new TreeSet<AgentName>();
        for (int i = 0; i < 20_000; i++) {
            many.add(new AgentName("a" + i + "x".repeat(50)));
        }
        assertThatThrownBy(() -> store.meet(many)).isInstanceOf(StoreException.class);
        free();
        store.meet(Set.of(new AgentName("prow")));
        var head = reopen();
        assertThat(head.met()).containsExactlyInAnyOrder(bow, stern, new AgentName("prow"));
        assertThat(head.workloads()).containsOnlyKeys(WEB);
    }

    @Test
    void replaces_and_deletes() throws Exception {
        store.open();
        store.commit(commit(1, Map.of(WEB, plain("a"), DB, plain("b")), Set.of()));
        store.commit(commit(2, Map.of(WEB, plain("c")), Set.of(DB)));
        var head = reopen();
        assertThat(head.workloads()).isEqualTo(Map.of(WEB, plain("c")));
        assertThat(head.revision()).isEqualTo(new Revision(2));
    }

    @Test
    void deletes_what_is_not_there_without_complaint() throws Exception {
        store.open();
        store.commit(commit(1, Map.of(), Set.of(WEB)));
        assertThat(reopen().workloads()).isEmpty();
    }

    @Test
    void replaces_the_startup_mark_as_a_whole() throws Exception {
        store.open();
        var first =
                new StartupMark("1", new TreeSet<>(Set.of(WEB, DB)), new TreeSet<>(Set.of("a")));
        var second = new StartupMark("2", new TreeSet<>(Set.of(DB)), new TreeSet<>());
        store.commit(startup(1, first));
        store.commit(startup(2, second));
        store.commit(commit(3, Map.of(), Set.of()));
        assertThat(reopen().startup()).hasValue(second);
    }

    @Test
    void remembers_the_last_answers_in_their_order() throws Exception {
        store.open();
        for (int i = 1; i <= MAX_ANSWERS + 3; i++) {
            store.commit(answering(i, answer("r" + i, i)));
        }
        assertThat(reopen().answers())
                .extracting(answer -> answer.response().id())
                .containsExactly("r4", "r5", "r6", "r7", "r8");
        store.commit(answering(9, answer("r9", 9)));
        assertThat(reopen().answers()).hasSize(MAX_ANSWERS).last().isEqualTo(answer("r9", 9));
    }

    @Test
    void remembers_updates_and_what_they_replaced() throws Exception {
        store.open();
        var text = new ConfigItem.Text("a");
        var first =
                new PastUpdate(
                        new Revision(1),
                        Optional.of(Instant.ofEpochMilli(1_700_000_000_123L)),
                        Optional.of(new Requester.Client(new ClientName("cli-1"))),
                        Map.of(WEB, Optional.empty()),
                        Map.of("net", Optional.empty()));
        var second =
                new PastUpdate(
                        new Revision(2),
                        Optional.of(Instant.ofEpochMilli(1_700_000_000_124L)),
                        Optional.empty(),
                        Map.of(WEB, Optional.of(full()), DB, Optional.empty()),
                        Map.of("net", Optional.of(text)));
        var third =
                new PastUpdate(
                        new Revision(3),
                        Optional.of(Instant.ofEpochMilli(1_700_000_000_123L)), // clocks go back
                        Optional.of(
                                new Requester.Workload(
                                        new AgentName("bow"), new WorkloadName("web"))),
                        Map.of(DB, Optional.of(plain("b").workload())),
                        Map.of());
        store.commit(remembering(1, 0, first));
        store.commit(remembering(3, 1, second, third));
        assertThat(reopen().past()).containsExactly(first, second, third);
        assertThat(reopen().past()).containsExactly(first, second, third);
    }

    @Test
    void forgets_the_updates_that_it_is_told_to_forget() throws Exception {
        store.open();
        for (int i = 1; i <= 5; i++) {
            store.commit(remembering(i, i - 2, past(i)));
        }
        assertThat(reopen().past()).containsExactly(past(3), past(4), past(5));
        store.commit(remembering(9, 9, past(8), past(9)));
        assertThat(reopen().past()).containsExactly(past(9));
        store.raise(17, new Revision(40));
        assertThat(reopen().past()).containsExactly(past(9));
    }

    @Test
    void remembers_no_update_that_was_not_written() throws Exception {
        store.open();
        store.commit(remembering(1, 0, past(1)));
        fill();
        var big =
                new PastUpdate(
                        new Revision(2),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(WEB, Optional.of(plain("x".repeat(1 << 20)).workload())),
                        Map.of());
        assertThatThrownBy(() -> store.commit(remembering(2, 2, big)))
                .isInstanceOf(StoreException.class);
        free();
        assertThat(reopen().past()).containsExactly(past(1));
    }

    private static PastUpdate past(long revision) {
        return new PastUpdate(
                new Revision(revision),
                Optional.empty(),
                Optional.empty(),
                Map.of(WEB, Optional.of(plain("before " + revision).workload())),
                Map.of());
    }

    private static Commit remembering(long revision, long from, PastUpdate... updates) {
        return new Commit(
                new Revision(revision),
                Map.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(),
                Optional.empty(),
                List.of(updates),
                new Revision(Math.max(0, from)));
    }

    @Test
    void jumps_to_a_later_epoch_and_revision() throws Exception {
        store.open();
        store.commit(commit(1, Map.of(WEB, plain("a")), Set.of()));
        store.raise(17, new Revision(40));
        var head = reopen();
        assertThat(head.epoch()).isEqualTo(18);
        assertThat(head.revision()).isEqualTo(new Revision(40));
        assertThat(head.workloads()).containsOnlyKeys(WEB);
    }

    @Test
    void is_as_before_when_a_write_fails_and_usable_again_later() throws Exception {
        store.open();
        store.commit(commit(1, Map.of(WEB, plain("a")), Set.of()));
        fill();
        var big = plain("x".repeat(1 << 20));
        assertThatThrownBy(() -> store.commit(commit(2, Map.of(DB, big), Set.of(WEB))))
                .isInstanceOf(StoreException.class);
        free();
        store.commit(commit(2, Map.of(DB, plain("b")), Set.of()));
        var head = reopen();
        assertThat(head.workloads()).isEqualTo(Map.of(WEB, plain("a"), DB, plain("b")));
        assertThat(head.revision()).isEqualTo(new Revision(2));
    }

    @Test
    void is_as_before_for_the_next_process_after_a_write_failed() throws Exception {
        store.open();
        store.commit(commit(1, Map.of(WEB, plain("a")), Set.of()));
        fill();
        var big = plain("x".repeat(1 << 20));
        assertThatThrownBy(() -> store.commit(commit(2, Map.of(DB, big), Set.of(WEB))))
                .isInstanceOf(StoreException.class);
        free();
        var head = reopen();
        assertThat(head.workloads()).isEqualTo(Map.of(WEB, plain("a")));
        assertThat(head.revision()).isEqualTo(new Revision(1));
    }

    private Head reopen() throws Exception {
        store = next(store);
        return store.open();
    }

    private static Commit commit(
            long revision, Map<WorkloadName, Head.Stored> workloads, Set<WorkloadName> deleted) {
        return new Commit(
                new Revision(revision),
                workloads,
                deleted,
                Map.of(),
                Set.of(),
                List.of(),
                Optional.empty());
    }

    private static Commit answering(long revision, Answer answer) {
        return new Commit(
                new Revision(revision),
                Map.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(answer),
                Optional.empty());
    }

    private static Commit startup(long revision, StartupMark mark) {
        return new Commit(
                new Revision(revision),
                Map.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(),
                Optional.of(mark));
    }

    private static Answer answer(String id, long revision) {
        var instance = InstanceName.of(WEB, "image: nginx", "bow");
        var requester =
                revision % 2 == 0
                        ? new Requester.Workload(new AgentName("bow"), new WorkloadName("web"))
                        : new Requester.Client(new ClientName("cli-1"));
        return new Answer(
                requester,
                new Response(
                        id,
                        new Response.Updated(
                                List.of(instance),
                                List.of(),
                                new Revision(revision),
                                List.of(
                                        new Response.Touched(
                                                instance, new Revision(revision), false)))));
    }

    private static Head.Stored plain(String runtimeConfig) {
        return stored(Workload.of("bow", "native", runtimeConfig), 1);
    }

    private static Head.Stored stored(Workload workload, long changedAt) {
        return new Head.Stored(workload, new Revision(changedAt));
    }

    private static Workload full() {
        return new Workload(
                "bow",
                "podman",
                "image: nginx\ncommandOptions: [\"-p\", \"8080:80\"]",
                RestartPolicy.ON_FAILURE,
                new TreeMap<>(
                        Map.of(
                                DB,
                                new Dependency(AddCondition.ADD_COND_RUNNING, OnUpdate.RESTART))),
                new TreeMap<>(Map.of("owner", "me")),
                new ControlInterfaceAccess(
                        List.of(
                                new AccessRule.StateRule(
                                        AccessRule.Operation.READ_WRITE, List.of("desiredState"))),
                        List.of(new AccessRule.LogRule(List.of("web*")))),
                new TreeMap<>(Map.of("net", "net")),
                List.of(
                        new WorkloadFile.TextFile("/etc/a", "text"),
                        new WorkloadFile.BinaryFile("/etc/b", "AAEC")));
    }

    /** Stands there until a test makes one. */
    private static final class Unopened implements Store {
        @Override
        public Head open() {
            throw new IllegalStateException("no store was made");
        }

        @Override
        public void commit(Commit commit) {
            throw new IllegalStateException("no store was made");
        }

        @Override
        public void raise(long epoch, Revision revision) {
            throw new IllegalStateException("no store was made");
        }

        @Override
        public void meet(Set<AgentName> agents) {
            throw new IllegalStateException("no store was made");
        }

        @Override
        public void close() {}
    }
}

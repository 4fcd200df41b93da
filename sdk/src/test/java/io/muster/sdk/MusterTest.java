package io.muster.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.muster.sdk.MusterException.Kind;
import io.muster.sdk.proto.ControlProto.FromAnkaios;
import io.muster.sdk.proto.ControlProto.Missed;
import io.muster.sdk.proto.RequestProto.AlteredFields;
import io.muster.sdk.proto.RequestProto.CompleteStateResponse;
import io.muster.sdk.proto.RequestProto.Error;
import io.muster.sdk.proto.RequestProto.ErrorKind;
import io.muster.sdk.proto.RequestProto.LogEntriesResponse;
import io.muster.sdk.proto.RequestProto.LogEntry;
import io.muster.sdk.proto.RequestProto.LogsRequest;
import io.muster.sdk.proto.RequestProto.LogsRequestAccepted;
import io.muster.sdk.proto.RequestProto.LogsStopResponse;
import io.muster.sdk.proto.RequestProto.Response;
import io.muster.sdk.proto.RequestProto.UpdateStateSuccess;
import io.muster.sdk.proto.StateProto.CompleteState;
import io.muster.sdk.proto.StateProto.ConfigItem;
import io.muster.sdk.proto.StateProto.ConfigMap;
import io.muster.sdk.proto.StateProto.State;
import io.muster.sdk.proto.StateProto.Workload;
import io.muster.sdk.proto.StateProto.WorkloadInstanceName;
import io.muster.sdk.proto.StateProto.WorkloadMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SDK over real FIFOs, with an agent at the other side that a test speaks for. */
final class MusterTest {
    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final CompleteState EMPTY = CompleteState.getDefaultInstance();

    @TempDir Path folder;

    private Peer peer;
    private Muster muster;

    @BeforeEach
    void connect() throws Exception {
        Peer.makeFifos(folder);
        peer = new Peer(folder);
        var connecting = later(() -> Muster.connect(folder, AMPLE));
        peer.greet();
        muster = connecting.get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        muster.close();
        peer.close();
    }

    private static <T> CompletableFuture<T> later(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, task -> Thread.ofVirtual().start(task));
    }

    private static Kind failure(CompletableFuture<?> call) {
        await().atMost(AMPLE).until(call::isDone);
        return ((MusterException) call.exceptionNow()).kind();
    }

    private static Response.Builder state(String apiVersion) {
        return Response.newBuilder()
                .setCompleteStateResponse(
                        CompleteStateResponse.newBuilder()
                                .setRevision(7)
                                .setCompleteState(
                                        CompleteState.newBuilder()
                                                .setDesiredState(
                                                        State.newBuilder()
                                                                .setApiVersion(apiVersion))));
    }

    private static Response.Builder event(String updated) {
        return Response.newBuilder()
                .setCompleteStateResponse(
                        CompleteStateResponse.newBuilder()
                                .setCompleteState(EMPTY)
                                .setAlteredFields(
                                        AlteredFields.newBuilder().addUpdatedFields(updated)));
    }

    private static Response.Builder error(ErrorKind kind, String message) {
        return Response.newBuilder().setError(Error.newBuilder().setKind(kind).setMessage(message));
    }

    private static Response.Builder stored() {
        return Response.newBuilder().setUpdateStateSuccess(UpdateStateSuccess.newBuilder());
    }

    @Test
    void a_message_that_the_agent_has_given_up_does_not_end_the_connection() throws Exception {
        var reading = later(() -> muster.getState());
        var request = peer.hearRequest();
        peer.tellHalf(
                FromAnkaios.newBuilder()
                        .setResponse(state("v1".repeat(100)).setRequestId(request.getRequestId())));
        peer.answer(request, error(ErrorKind.ERROR_KIND_BUSY, "it was not read"));
        assertThat(failure(reading)).isEqualTo(Kind.BUSY);
        var again = later(() -> muster.getState());
        peer.answer(peer.hearRequest(), state("v1"));
        assertThat(again.get(10, TimeUnit.SECONDS).state().getDesiredState().getApiVersion())
                .isEqualTo("v1");
        assertThat(muster.status().agent()).isTrue();
    }

    private void restartAgent() throws Exception {
        peer.close();
        await().atMost(AMPLE).until(() -> !muster.status().agent());
        peer = new Peer(folder).greet();
    }

    @Test
    void reads_the_part_of_the_state_that_is_asked_for() throws Exception {
        var reading = later(() -> muster.getState("desiredState", "agents"));
        var request = peer.hearRequest();
        assertThat(request.getCompleteStateRequest().getFieldMaskList())
                .containsExactly("desiredState", "agents");
        assertThat(request.getCompleteStateRequest().getSubscribeForEvents()).isFalse();
        peer.answer(request, state("v1"));
        var snapshot = reading.get(10, TimeUnit.SECONDS);
        assertThat(snapshot.state().getDesiredState().getApiVersion()).isEqualTo("v1");
        assertThat(snapshot.revision()).isEqualTo(7);
    }

    @Test
    void reads_a_state_that_no_pipe_holds_at_once() throws Exception {
        var much = "x".repeat(1_000_000);
        var reading = later(muster::getState);
        peer.answer(peer.hearRequest(), state(much));
        assertThat(reading.get(10, TimeUnit.SECONDS).state().getDesiredState().getApiVersion())
                .isEqualTo(much);
    }

    @Test
    void gives_each_thread_its_answer_whatever_the_order() throws Exception {
        var first = later(() -> muster.getState("a"));
        var one = peer.hearRequest();
        var second = later(() -> muster.getState("b"));
        var two = peer.hearRequest();
        peer.answer(two, state("second"));
        peer.answer(one, state("first"));
        assertThat(second.get(10, TimeUnit.SECONDS).state().getDesiredState().getApiVersion())
                .isEqualTo("second");
        assertThat(first.get(10, TimeUnit.SECONDS).state().getDesiredState().getApiVersion())
                .isEqualTo("first");
    }

    @Test
    void applies_a_manifest_by_the_names_in_it() throws Exception {
        var manifest =
                State.newBuilder()
                        .setWorkloads(
                                WorkloadMap.newBuilder()
                                        .putWorkloads("web", Workload.getDefaultInstance())
                                        .putWorkloads("db", Workload.getDefaultInstance()))
                        .setConfigs(
                                ConfigMap.newBuilder()
                                        .putConfigs("ports", ConfigItem.getDefaultInstance()))
                        .build();
        var applying = later(() -> muster.apply(manifest));
        var request = peer.hearRequest();
        var update = request.getUpdateStateRequest();
        assertThat(update.getUpdateMaskList())
                .containsExactly(
                        "desiredState.configs.ports",
                        "desiredState.workloads.db",
                        "desiredState.workloads.web");
        assertThat(update.getNewState().getDesiredState().getApiVersion()).isEqualTo("v1");
        peer.answer(
                request,
                Response.newBuilder()
                        .setUpdateStateSuccess(
                                UpdateStateSuccess.newBuilder().addAddedWorkloads("web.1.bow")));
        assertThat(applying.get(10, TimeUnit.SECONDS).getAddedWorkloadsList())
                .containsExactly("web.1.bow");
    }

    @Test
    void deletes_by_masks_of_what_is_not_there() throws Exception {
        var deleting = later(() -> muster.deleteWorkloads(List.of("web")));
        var request = peer.hearRequest();
        var update = request.getUpdateStateRequest();
        assertThat(update.getUpdateMaskList()).containsExactly("desiredState.workloads.web");
        assertThat(update.getNewState().getDesiredState().hasWorkloads()).isFalse();
        peer.answer(request, stored());
        deleting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void says_why_something_is_refused() throws Exception {
        var reading = later(muster::getState);
        peer.answer(
                peer.hearRequest(), error(ErrorKind.ERROR_KIND_REFUSED, "Access denied: state"));
        assertThat(failure(reading)).isEqualTo(Kind.REFUSED);
        assertThat(reading.exceptionNow()).hasMessageContaining("Access denied: state");
    }

    @Test
    void an_update_of_a_revision_that_is_gone_is_stale() throws Exception {
        var updating = later(() -> muster.updateStateIf(6, EMPTY, List.of("desiredState")));
        var request = peer.hearRequest();
        assertThat(request.getUpdateStateRequest().getIfRevision()).isEqualTo(6);
        peer.answer(request, error(ErrorKind.ERROR_KIND_STALE, "is at 7"));
        assertThat(failure(updating)).isEqualTo(Kind.STALE);
    }

    @Test
    void an_update_that_the_server_may_have_stored_is_not_called_refused() throws Exception {
        var updating = later(() -> muster.updateState(EMPTY, List.of("desiredState")));
        peer.answer(
                peer.hearRequest(),
                error(ErrorKind.ERROR_KIND_OUTCOME_UNKNOWN, "look at the state"));
        assertThat(failure(updating)).isEqualTo(Kind.DEADLINE);
        assertThat(updating.exceptionNow()).hasMessageContaining("look at the state");
    }

    @Test
    void waits_for_an_answer_until_the_deadline() throws Exception {
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> muster.within(SHORT).updateState(EMPTY, List.of("agents")))
                .withMessageContaining("no answer within 0.2 s")
                .withMessageContaining("Whether the update is stored is not known")
                .matches(e -> e.kind() == Kind.DEADLINE);
        peer.answer(peer.hearRequest(), stored()); // nobody's any more
        var reading = later(muster::getState);
        peer.answer(peer.hearRequest(), state("v1"));
        reading.get(10, TimeUnit.SECONDS);
    }

    @Test
    void refuses_what_the_agent_would_close_the_interface_for() throws Exception {
        var mask = "x".repeat(Conversation.LONGEST_MESSAGE - 64);
        var fits = later(() -> muster.getState(mask));
        peer.answer(peer.hearRequest(), state("v1"));
        fits.get(10, TimeUnit.SECONDS);
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> muster.getState(mask + "x".repeat(64)))
                .withMessageContaining("the agent takes 1048576 at most; ask for less at once")
                .matches(e -> e.kind() == Kind.REFUSED);
        assertThat(peer.hasHeardNothingMore()).isTrue();
    }

    @Test
    void knows_whether_there_is_a_server_and_what_was_missed() throws Exception {
        peer.server(false);
        await().atMost(AMPLE).until(() -> muster.status().equals(new Status(true, false, 0)));
        assertThat(muster.awaitServer(SHORT)).isFalse();
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> muster.within(SHORT).getState())
                .withMessageContaining("The agent has no connection to the server");
        peer.server(true);
        assertThat(muster.awaitServer(AMPLE)).isTrue();
        peer.tell(FromAnkaios.newBuilder().setMissed(Missed.newBuilder().setMessages(3)));
        await().atMost(AMPLE).until(() -> muster.status().equals(new Status(true, true, 3)));
    }

    @Test
    void tells_events_after_the_whole_until_the_subscription_is_closed() throws Exception {
        var events = muster.events("workloadStates");
        var request = peer.hearRequest();
        assertThat(request.getCompleteStateRequest().getSubscribeForEvents()).isTrue();
        assertThat(events.poll(SHORT)).isEmpty();
        peer.answer(request, state("v1"));
        peer.answer(request, event("workloadStates.bow"));
        assertThat(events.poll(AMPLE)).hasValueSatisfying(all -> assertThat(all.whole()).isTrue());
        assertThat(events.poll(AMPLE))
                .hasValueSatisfying(change -> {
                    assertThat(change.whole()).isFalse();
                    assertThat(change.updated()).containsExactly("workloadStates.bow");
                });
        events.close();
        var cancellation = peer.hearRequest();
        assertThat(cancellation.hasEventsCancelRequest()).isTrue();
        assertThat(cancellation.getRequestId()).isEqualTo(request.getRequestId());
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> events.poll(AMPLE))
                .matches(e -> e.kind() == Kind.CLOSED);
    }

    @Test
    void tells_the_whole_again_when_the_agent_has_lost_events() throws Exception {
        try (var events = muster.events("workloadStates")) {
            var request = peer.hearRequest();
            peer.answer(request, state("v1"));
            assertThat(events.poll(AMPLE)).isPresent();
            peer.answer(request, event("workloadStates")); // as docs/control-interface.md has it
            assertThat(events.poll(AMPLE))
                    .hasValueSatisfying(all -> {
                        assertThat(all.whole()).isTrue();
                        assertThat(all.updated()).isEmpty();
                    });
        }
    }

    @Test
    void leaves_out_to_cancel_what_the_agent_does_not_know_of() throws Exception {
        peer.close();
        await().atMost(AMPLE).until(() -> !muster.status().agent());
        muster.events("agents").close();
        muster.logs(LogsRequest.getDefaultInstance()).close();
        peer = new Peer(folder).greet();
        var refused = muster.events("agents");
        peer.answer(peer.hearRequest(), error(ErrorKind.ERROR_KIND_REFUSED, "Access denied: no"));
        assertThatExceptionOfType(MusterException.class).isThrownBy(() -> refused.poll(AMPLE));
        refused.close();
        var reading = later(() -> muster.getState("agents"));
        var request = peer.hearRequest();
        assertThat(request.hasCompleteStateRequest()).isTrue();
        peer.answer(request, state("v1"));
        reading.get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_subscription_that_is_refused_says_so() throws Exception {
        try (var events = muster.events("agents")) {
            peer.answer(
                    peer.hearRequest(), error(ErrorKind.ERROR_KIND_REFUSED, "Access denied: no"));
            assertThatExceptionOfType(MusterException.class)
                    .isThrownBy(() -> events.poll(AMPLE))
                    .withMessage("Access denied: no");
        }
    }

    @Test
    void a_subscription_that_cannot_begin_says_so() throws Exception {
        try (var events = muster.events("agents")) {
            peer.answer(peer.hearRequest(), error(ErrorKind.ERROR_KIND_BUSY, "no server"));
            assertThatExceptionOfType(MusterException.class)
                    .isThrownBy(() -> events.poll(AMPLE))
                    .withMessage("no server")
                    .matches(e -> e.kind() == Kind.BUSY);
        }
    }

    @Test
    void a_subscription_outlives_an_agent_that_finds_no_server_for_long() throws Exception {
        try (var events = muster.events("agents")) {
            var first = peer.hearRequest();
            peer.answer(first, state("v1"));
            assertThat(events.poll(AMPLE)).isPresent();
            restartAgent();
            assertThat(peer.hearRequest()).isEqualTo(first);
            peer.answer(first, error(ErrorKind.ERROR_KIND_BUSY, "no state within 10 s"));
            var next = later(() -> events.poll(AMPLE));
            var second = peer.hearRequest();
            assertThat(second.getRequestId()).isNotEqualTo(first.getRequestId());
            assertThat(second.getCompleteStateRequest()).isEqualTo(first.getCompleteStateRequest());
            var asked = System.nanoTime();
            peer.answer(second, error(ErrorKind.ERROR_KIND_BUSY, "too much to do"));
            var third = peer.hearRequest();
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isGreaterThan(Duration.ofMillis(500)); // of the pause of 1 s
            peer.answer(third, state("v1"));
            assertThat(next.get(10, TimeUnit.SECONDS))
                    .hasValueSatisfying(all -> assertThat(all.whole()).isTrue());
        }
        assertThat(peer.hearRequest().hasEventsCancelRequest()).isTrue();
    }

    @Test
    void short_polls_begin_a_subscription_anew_too() throws Exception {
        try (var events = muster.events("agents")) {
            var first = peer.hearRequest();
            peer.answer(first, state("v1"));
            assertThat(events.poll(AMPLE)).isPresent();
            peer.answer(first, error(ErrorKind.ERROR_KIND_BUSY, "later"));
            await().atMost(AMPLE)
                    .until(() -> events.poll(SHORT).isEmpty() && !peer.hasHeardNothingMore());
            peer.answer(peer.hearRequest(), state("v1"));
            assertThat(events.poll(AMPLE))
                    .hasValueSatisfying(all -> assertThat(all.whole()).isTrue());
        }
    }

    @Test
    void closing_a_subscription_ends_its_pause() throws Exception {
        var events = muster.events("agents");
        var request = peer.hearRequest();
        peer.answer(request, state("v1"));
        assertThat(events.poll(AMPLE)).isPresent();
        peer.answer(request, error(ErrorKind.ERROR_KIND_BUSY, "later"));
        assertThat(events.poll(Duration.ZERO)).isEmpty();
        var next = later(() -> events.poll(AMPLE));
        events.close();
        assertThat(failure(next)).isEqualTo(Kind.CLOSED);
    }

    @Test
    void a_subscription_that_falls_behind_begins_anew() throws Exception {
        try (var events = muster.events()) {
            var request = peer.hearRequest();
            peer.answer(request, state("v1"));
            for (int i = 0; i < Exchange.STREAM_BOUND; i++) {
                peer.answer(request, event("workloadStates.bow"));
            }
            var reading = later(muster::getState); // comes after all that
            peer.answer(peer.hearRequest(), state("v1"));
            reading.get(10, TimeUnit.SECONDS);
            for (int i = 0; i < Exchange.STREAM_BOUND; i++) {
                assertThat(events.poll(AMPLE)).isPresent();
            }
            var next = later(() -> events.poll(AMPLE));
            assertThat(peer.hearRequest().hasEventsCancelRequest()).isTrue();
            var again = peer.hearRequest();
            assertThat(again.getRequestId()).isNotEqualTo(request.getRequestId());
            peer.answer(again, state("v1"));
            assertThat(next.get(10, TimeUnit.SECONDS))
                    .hasValueSatisfying(all -> assertThat(all.whole()).isTrue());
        }
    }

    @Test
    void asks_the_next_agent_again_and_leaves_updates_to_the_caller() throws Exception {
        try (var events = muster.events("agents")) {
            var subscription = peer.hearRequest();
            peer.answer(subscription, state("v1"));
            assertThat(events.poll(AMPLE)).isPresent();
            var reading = later(() -> muster.getState("desiredState"));
            var question = peer.hearRequest();
            var updating = later(() -> muster.updateState(EMPTY, List.of("desiredState")));
            peer.hearRequest();

            restartAgent();

            assertThat(failure(updating)).isEqualTo(Kind.LOST);
            assertThat(updating.exceptionNow())
                    .hasMessageContaining("Whether the update is stored is not known");
            assertThat(peer.hearRequest()).isEqualTo(subscription);
            assertThat(peer.hearRequest()).isEqualTo(question);
            peer.answer(question, state("v1"));
            reading.get(10, TimeUnit.SECONDS);
            peer.answer(subscription, state("v1"));
            assertThat(events.poll(AMPLE))
                    .hasValueSatisfying(all -> assertThat(all.whole()).isTrue());
        }
    }

    @Test
    void an_update_waits_for_an_agent() throws Exception {
        peer.close();
        await().atMost(AMPLE).until(() -> !muster.status().agent());
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> muster.within(SHORT).updateState(EMPTY, List.of("agents")))
                .withMessageContaining("The agent closed the FIFOs")
                .withMessageContaining("Check that the agent runs")
                .withMessageContaining("The update was not sent");
        var updating = later(() -> muster.updateState(EMPTY, List.of("agents")));
        peer = new Peer(folder).greet();
        var request = peer.hearRequest();
        assertThat(request.hasUpdateStateRequest()).isTrue();
        peer.answer(request, stored());
        updating.get(10, TimeUnit.SECONDS);
    }

    @Test
    void greets_again_when_the_interface_was_closed() throws Exception {
        peer.refuse("a message is longer than it may be");
        peer.greet();
        await().atMost(AMPLE).until(() -> muster.status().agent());
    }

    @Test
    void tells_logs_until_they_are_closed() throws Exception {
        var web = WorkloadInstanceName.newBuilder().setWorkloadName("web").build();
        var wanted = LogsRequest.newBuilder().addWorkloadNames(web).setTail(-1).build();
        var logs = muster.logs(wanted);
        var request = peer.hearRequest();
        assertThat(request.getLogsRequest()).isEqualTo(wanted);
        peer.answer(
                request,
                Response.newBuilder()
                        .setLogsRequestAccepted(
                                LogsRequestAccepted.newBuilder().addWorkloadNames(web)));
        peer.answer(
                request,
                Response.newBuilder()
                        .setLogEntriesResponse(
                                LogEntriesResponse.newBuilder()
                                        .addLogEntries(entry(web, "one"))
                                        .addLogEntries(entry(web, "two"))));
        peer.answer(
                request,
                Response.newBuilder()
                        .setLogsStopResponse(LogsStopResponse.newBuilder().setWorkloadName(web)));
        assertThat(logs.poll(AMPLE)).contains(new LogEvent.Accepted(List.of(web), List.of()));
        assertThat(logs.poll(AMPLE)).contains(new LogEvent.Line(web, "one"));
        assertThat(logs.poll(AMPLE)).contains(new LogEvent.Line(web, "two"));
        assertThat(logs.poll(AMPLE)).contains(new LogEvent.Stopped(web, false, ""));
        logs.close();
        var cancellation = peer.hearRequest();
        assertThat(cancellation.hasLogsCancelRequest()).isTrue();
        assertThat(cancellation.getRequestId()).isEqualTo(request.getRequestId());
    }

    private static LogEntry entry(WorkloadInstanceName instance, String line) {
        return LogEntry.newBuilder().setWorkloadName(instance).setMessage(line).build();
    }

    @Test
    void logs_end_with_the_agent() throws Exception {
        try (var logs = muster.logs(LogsRequest.getDefaultInstance())) {
            peer.hearRequest();
            restartAgent();
            assertThatExceptionOfType(MusterException.class)
                    .isThrownBy(() -> logs.poll(AMPLE))
                    .withMessageContaining("ask again, with a time since when")
                    .matches(e -> e.kind() == Kind.LOST);
        }
    }

    @Test
    void closing_tells_those_who_wait() throws Exception {
        var reading = later(muster::getState);
        peer.hearRequest();
        muster.close();
        assertThat(failure(reading)).isEqualTo(Kind.CLOSED);
        assertThat(failure(later(muster::getState))).isEqualTo(Kind.CLOSED);
    }

    @Test
    void greets_with_its_version_and_asks_for_what_muster_adds() throws Exception {
        muster.close();
        var connecting = later(() -> Muster.connect(folder, AMPLE));
        var hello = peer.hearHello();
        assertThat(hello.getProtocolVersion()).isEqualTo("1.0.0");
        assertThat(hello.getExtended()).isTrue();
        peer.accept();
        muster = connecting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void never_says_that_there_is_a_server_when_there_is_none() throws Exception {
        muster.close();
        var connecting = later(() -> Muster.connect(folder, AMPLE));
        peer.hearHello();
        peer.server(false);
        peer.accept();
        muster = connecting.get(10, TimeUnit.SECONDS);
        assertThat(muster.status()).isEqualTo(new Status(true, false, 0));
        assertThat(muster.awaitServer(SHORT)).isFalse();
        restartAgent(); // by one that does not tell, as those of Ankaios
        assertThat(muster.awaitServer(AMPLE)).isTrue();
    }

    @Test
    void greets_although_the_program_before_it_was_accepted() throws Exception {
        muster.close();
        peer.accept(); // waits in the FIFO for whoever comes next
        peer.server(false);
        var connecting = later(() -> Muster.connect(folder, AMPLE));
        peer.greet();
        muster = connecting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void greets_again_who_does_not_answer() throws Exception {
        muster.close();
        var connecting = later(() -> Muster.connect(folder, AMPLE));
        peer.hearHello();
        peer.greet();
        muster = connecting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void gives_up_an_agent_that_refuses_it() throws Exception {
        muster.close();
        var connecting = later(() -> Muster.connect(folder, AMPLE));
        for (int i = 0; i < 3; i++) {
            peer.hearHello();
            peer.refuse("Unsupported protocol version");
        }
        assertThat(failure(connecting)).isEqualTo(Kind.CLOSED);
        assertThat(connecting.exceptionNow()).hasMessageContaining("Unsupported protocol version");
    }

    @Test
    void says_that_no_agent_is_there() throws Exception {
        muster.close();
        peer.close();
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> Muster.connect(folder, SHORT))
                .withMessageContaining("No agent has opened the FIFOs")
                .matches(e -> e.kind() == Kind.DEADLINE);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("muster-reader", "muster-writer");
    }

    @Test
    void says_that_there_is_no_interface() throws Exception {
        Files.delete(folder.resolve("input"));
        assertThatExceptionOfType(MusterException.class)
                .isThrownBy(() -> Muster.connect(folder, AMPLE))
                .withMessageContaining("input is no FIFO; give the workload an allow rule")
                .matches(e -> e.kind() == Kind.NO_INTERFACE);
    }
}

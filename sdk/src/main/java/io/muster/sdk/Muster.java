package io.muster.sdk;

import io.muster.sdk.MusterException.Kind;
import io.muster.sdk.proto.RequestProto.CompleteStateRequest;
import io.muster.sdk.proto.RequestProto.LogsRequest;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import io.muster.sdk.proto.RequestProto.UpdateStateRequest;
import io.muster.sdk.proto.RequestProto.UpdateStateSuccess;
import io.muster.sdk.proto.StateProto.CompleteState;
import io.muster.sdk.proto.StateProto.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The cluster, as a workload may see and change it.
 *
 * <pre>{@code
 * try (var muster = Muster.connect(); var events = muster.events("workloadStates")) {
 *     while (true) {
 *         events.poll(Duration.ofMinutes(1)).ifPresent(event -> System.out.println(event.state()));
 *     }
 * }
 * }</pre>
 *
 * <p>Each call waits until it is answered, at most for the deadline: {@value #DEADLINE_SECONDS} s,
 * or what {@link #within} says. When the agent ends, the next one is greeted by itself: reading and
 * subscriptions are asked again; an update that was under way ends with {@link Kind#LOST}, since
 * only the caller knows whether to repeat it.
 *
 * <p>Safe for threads. Connect once in a workload: two connections to the same FIFOs would mix
 * their bytes.
 */
public final class Muster implements AutoCloseable {
    /** Where the agent says where the FIFOs are, if they are not at their place in containers. */
    public static final String FOLDER_VARIABLE = "MUSTER_CONTROL_INTERFACE";

    /** Where the FIFOs are in containers. */
    public static final Path FOLDER_IN_CONTAINERS = Path.of("/run/ankaios/control_interface");

    /** The agent itself asks the server for 10 s. */
    private static final int DEADLINE_SECONDS = 15;

    private final Conversation conversation;
    private final Connection connection;
    private final Duration deadline;

    private Muster(Conversation conversation, Connection connection, Duration deadline) {
        this.conversation = conversation;
        this.connection = connection;
        this.deadline = deadline;
    }

    /**
     * Connects where a workload finds its control interface: in the folder that {@value
     * #FOLDER_VARIABLE} names, or else at {@code /run/ankaios/control_interface}.
     *
     * @throws MusterException if there is none, or no agent answers in time
     */
    public static Muster connect() {
        return connect(
                Optional.ofNullable(System.getenv(FOLDER_VARIABLE))
                        .map(Path::of)
                        .orElse(FOLDER_IN_CONTAINERS));
    }

    /**
     * Connects over the FIFOs in a folder.
     *
     * @throws MusterException if there are none, or no agent answers in time
     */
    public static Muster connect(Path folder) {
        return connect(folder, Duration.ofSeconds(DEADLINE_SECONDS));
    }

    /**
     * Connects over the FIFOs in a folder.
     *
     * @param deadline of this and all later calls
     * @throws MusterException if there are none, or no agent answers in time
     */
    public static Muster connect(Path folder, Duration deadline) {
        for (var fifo : List.of(folder.resolve("input"), folder.resolve("output"))) {
            if (!Files.exists(fifo) || Files.isRegularFile(fifo) || Files.isDirectory(fifo)) {
                throw new MusterException(
                        Kind.NO_INTERFACE,
                        "%s is no FIFO; give the workload an allow rule in controlInterfaceAccess, and name the folder of its control interface in %s if it is not %s"
                                .formatted(fifo, FOLDER_VARIABLE, FOLDER_IN_CONTAINERS));
            }
        }
        var conversation = new Conversation();
        var connection = new Connection(folder, conversation);
        connection.start();
        try {
            if (conversation.await(Status::agent, deadline)) {
                return new Muster(conversation, connection, deadline);
            }
            throw new MusterException(
                    Kind.DEADLINE,
                    "no answer within %s over %s. %s, or give more time"
                            .formatted(Deadlines.text(deadline), folder, conversation.trouble()));
        } catch (MusterException e) {
            connection.close();
            throw e;
        }
    }

    /** The same connection with another deadline; closing either closes both. */
    public Muster within(Duration deadline) {
        return new Muster(conversation, connection, deadline);
    }

    /**
     * Reads the state.
     *
     * @param masks of the parts, for example {@code desiredState.workloads} or {@code
     *     workloadStates.bow}; none for all
     * @throws MusterException if it is refused, or not answered in time
     */
    public Snapshot getState(String... masks) {
        var request =
                request()
                        .setCompleteStateRequest(
                                CompleteStateRequest.newBuilder().addAllFieldMask(List.of(masks)));
        var response =
                ask(request.build(), Exchange.Nature.QUESTION, Response::hasCompleteStateResponse)
                        .getCompleteStateResponse();
        return new Snapshot(response.getCompleteState(), response.getRevision());
    }

    /**
     * Adds workloads and configs, or replaces those of the same name, as {@code muster apply} does
     * with a manifest.
     *
     * @return what was added and deleted; it is stored then
     * @throws MusterException if it is refused, or not answered in time
     */
    public UpdateStateSuccess apply(State manifest) {
        var masks =
                Stream.concat(
                                manifest.getWorkloads().getWorkloadsMap().keySet().stream()
                                        .map(name -> "desiredState.workloads." + name),
                                manifest.getConfigs().getConfigsMap().keySet().stream()
                                        .map(name -> "desiredState.configs." + name))
                        .sorted()
                        .toList();
        if (masks.isEmpty()) {
            throw new MusterException(
                    Kind.REFUSED,
                    "the manifest has neither workloads nor configs, so nothing would change; add"
                            + " some, or use updateState to delete");
        }
        var versioned =
                manifest.getApiVersion().isEmpty()
                        ? manifest.toBuilder().setApiVersion("v1").build()
                        : manifest;
        return updateState(CompleteState.newBuilder().setDesiredState(versioned).build(), masks);
    }

    /**
     * Deletes workloads.
     *
     * @return what was deleted; it is stored then
     * @throws MusterException if it is refused, or not answered in time
     */
    public UpdateStateSuccess deleteWorkloads(List<String> names) {
        if (names.isEmpty()) {
            throw new MusterException(Kind.REFUSED, "no workload is named; name at least one");
        }
        var state =
                CompleteState.newBuilder().setDesiredState(State.newBuilder().setApiVersion("v1"));
        return updateState(
                state.build(),
                names.stream().map(name -> "desiredState.workloads." + name).toList());
    }

    /**
     * Replaces parts of the state by those of another; a part that the other one does not have is
     * deleted.
     *
     * @param masks of the parts; none for the whole desired state
     * @return what was added and deleted; it is stored then
     * @throws MusterException if it is refused, or not answered in time
     */
    public UpdateStateSuccess updateState(CompleteState state, List<String> masks) {
        return update(
                UpdateStateRequest.newBuilder().setNewState(state).addAllUpdateMask(masks).build());
    }

    /**
     * Like {@link #updateState}, unless somebody else has changed the desired state.
     *
     * @param revision from {@link Snapshot#revision}
     * @throws MusterException of {@link Kind#STALE} if the desired state is not at that revision
     *     any more
     */
    public UpdateStateSuccess updateStateIf(
            long revision, CompleteState state, List<String> masks) {
        return update(
                UpdateStateRequest.newBuilder()
                        .setNewState(state)
                        .addAllUpdateMask(masks)
                        .setIfRevision(revision)
                        .build());
    }

    private UpdateStateSuccess update(UpdateStateRequest update) {
        var request = request().setUpdateStateRequest(update).build();
        return ask(request, Exchange.Nature.ORDER, Response::hasUpdateStateSuccess)
                .getUpdateStateSuccess();
    }

    /**
     * Subscribes to a part of the state: first all of it comes, then each change. Returns at once;
     * a refusal comes with {@link Events#poll}.
     *
     * @param masks of the parts; none for all
     */
    public Events events(String... masks) {
        return new Events(conversation, List.of(masks));
    }

    /**
     * Asks for what workloads write. Returns at once; a refusal comes with {@link Logs#poll}. The
     * workload needs a LogRule that names them.
     */
    public Logs logs(LogsRequest request) {
        return new Logs(conversation, request);
    }

    /** How the way to the cluster is now. */
    public Status status() {
        return conversation.status();
    }

    /**
     * Waits until the agent has a connection to the server, as far as it tells; says whether it
     * came about in time.
     */
    public boolean awaitServer(Duration within) {
        return conversation.await(Status::server, within);
    }

    private Request.Builder request() {
        return Request.newBuilder().setRequestId(conversation.nextId());
    }

    private Response ask(Request request, Exchange.Nature nature, Predicate<Response> expected) {
        var exchange = new Exchange(request, nature, expected);
        conversation.begin(exchange);
        Optional<Response> answer;
        boolean asked;
        try {
            answer = exchange.answers().poll(deadline);
        } finally {
            asked = conversation.forget(exchange);
        }
        return answer.orElseThrow(() -> overdue(nature, asked));
    }

    private MusterException overdue(Exchange.Nature nature, boolean asked) {
        var parts = new ArrayList<String>();
        parts.add("no answer within " + Deadlines.text(deadline) + ".");
        parts.add(conversation.trouble() + ", or give more time.");
        if (nature == Exchange.Nature.ORDER) {
            parts.add(
                    asked
                            ? "Whether the update is stored is not known: read the state, or update"
                                    + " it again."
                            : "The update was not sent.");
        }
        return new MusterException(Kind.DEADLINE, String.join(" ", parts));
    }

    /**
     * Ends the connection of this program; who waits is told. Safe to repeat.
     *
     * <p>The agent is not asked. It keeps subscriptions that were not closed, and what it has to
     * say about them waits for whoever connects next, or until the workload ends.
     */
    @Override
    public void close() {
        connection.close();
    }
}

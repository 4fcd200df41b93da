package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.bus.Payload;
import io.muster.api.link.Addressee;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogCredit;
import io.muster.api.link.Needed;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.link.Transition;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.AgentAction;
import io.muster.api.request.HistoryEntry;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.request.UpdatePlan;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is encoded is decoded as it was. */
final class RoundTripTest {
    private static final StateVersion VERSION =
            new StateVersion(new Lineage("l1"), 3, new Revision(17));

    @Test
    void keeps_workloads_and_configs_of_the_store() {
        Seeds.check(
                500,
                random -> {
                    var states = new RandomStates(random);
                    var workload = states.workload();
                    assertThat(StateCodec.decodeWorkload(StateCodec.encode(workload)))
                            .isEqualTo(workload);
                    var config = states.config(5);
                    assertThat(StateCodec.decodeConfigItem(StateCodec.encode(config)))
                            .isEqualTo(config);
                });
    }

    @Test
    void gives_equal_values_equal_bytes() {
        Seeds.check(
                200,
                random -> {
                    var workload = new RandomStates(random).workload();
                    var copy = StateCodec.decodeWorkload(StateCodec.encode(workload));
                    assertThat(StateCodec.encode(copy)).isEqualTo(StateCodec.encode(workload));
                });
    }

    @Test
    void keeps_whole_states_in_updates_and_answers() {
        Seeds.check(
                300,
                random -> {
                    var tree = StateTree.of(new RandomStates(random).completeState());
                    var masks = List.of(FieldMask.of("desiredState", "workloads", "*"), mask("a"));
                    keeps(new Request.UpdateState(tree, masks));
                    keeps(
                            new Response.StateAnswer(
                                    tree,
                                    Optional.empty(),
                                    new Response.EventPosition(1, random.nextInt(9)),
                                    Revision.ZERO));
                });
    }

    private static FieldMask mask(String key) {
        return FieldMask.of(key);
    }

    @Test
    void keeps_that_an_agent_is_to_be_drained_no_more() throws Exception {
        for (var word : List.of("true", "false")) {
            var agent = new Node.Entries(Map.of("drained", new Node.Text(word)));
            var agents = new Node.Entries(Map.of("bow", agent));
            keeps(
                    new Request.UpdateState(
                            new Node.Entries(Map.of("agents", agents)), List.of(mask("agents"))));
        }
    }

    @Test
    void keeps_all_kinds_of_requests() throws Exception {
        keeps(new Request.GetState(List.of(), false));
        keeps(new Request.GetState(List.of(mask("agents")), true));
        keeps(
                new Request.GetState(
                        List.of(), true, Optional.of(new Response.EventPosition(3, 9, 4))));
        keeps(new Request.CancelEvents());
        keeps(new Request.RenewEvents("subscription"));
        var update = new Request.UpdateState(Node.Entries.NONE, List.of());
        keeps(update.ifAt(Revision.ZERO));
        keeps(update.ifAt(new Revision(7)).asDryRun());
        keeps(update.asDryRunWithImages());
        keeps(new Request.GetHistory());
        keeps(new Request.GetHistoryState(new Revision(5)));
    }

    @Test
    void keeps_all_kinds_of_responses() throws Exception {
        var random = RandomGenerator.of("L64X128MixRandom");
        var instance = new RandomStates(random).instance();
        var position = new Response.EventPosition(4, 5, 2);
        for (var reason : Response.Reason.values()) {
            keeps(
                    new Response.Refused(
                            reason, "no", List.of(new Problem("here", "is wrong", "do this"))));
        }
        keeps(new Response.Refused(Response.Reason.STALE, "no", List.of()).at(Revision.ZERO));
        keeps(
                new Response.Updated(
                        List.of(instance),
                        List.of(instance),
                        new Revision(6),
                        List.of(new Response.Touched(instance, new Revision(6), true))));
        keeps(
                new Response.StateAnswer(
                        Node.Entries.NONE,
                        Optional.of(
                                new Response.AlteredFields(
                                        List.of("a"), List.of("b"), List.of("c", "d"))),
                        position,
                        new Revision(7),
                        Optional.of(Instant.parse("2026-01-02T03:04:05.678901Z")),
                        false));
        keeps(
                new Response.StateAnswer(
                        Node.Entries.NONE,
                        Optional.empty(),
                        position,
                        new Revision(7),
                        Optional.of(Instant.EPOCH),
                        true));
        keeps(new Response.EventsCancelled());
        keeps(new Response.EventsRenewed(position));
    }

    private static final SortedMap<AgentName, AgentAction> EACH_ACTION =
            new TreeMap<>(
                    Map.of(
                            new AgentName("a"),
                            AgentAction.DRAIN,
                            new AgentName("b"),
                            AgentAction.UNDRAIN,
                            new AgentName("c"),
                            AgentAction.DELETE));

    @Test
    void keeps_history_and_plans() throws Exception {
        var random = RandomGenerator.of("L64X128MixRandom");
        var name = new WorkloadName("web");
        var made =
                new HistoryEntry(
                        new Revision(3),
                        Optional.of(Instant.ofEpochMilli(1_700_000_000_123L)),
                        Optional.of(new Requester.Client(new ClientName("alice"))),
                        new HistoryEntry.Counts(1, 2, 3, 4),
                        EACH_ACTION);
        var found =
                new HistoryEntry(
                        Revision.ZERO,
                        Optional.empty(),
                        Optional.empty(),
                        HistoryEntry.Counts.NONE);
        keeps(new Response.History(List.of(found, made), new Revision(4)));
        keeps(
                new Response.HistoryState(
                        made,
                        StateTree.of(new RandomStates(random).completeState()),
                        new Revision(9)));
        for (var action : UpdatePlan.Action.values()) {
            for (var agent : UpdatePlan.AgentState.values()) {
                keeps(
                        new Response.Planned(
                                new UpdatePlan(
                                        new Revision(2),
                                        List.of(
                                                new UpdatePlan.PlannedWorkload(
                                                        name,
                                                        action,
                                                        "a",
                                                        "",
                                                        agent,
                                                        "no",
                                                        List.of(
                                                                field(Optional.of("x")),
                                                                field(Optional.empty())),
                                                        List.of(name),
                                                        List.of(),
                                                        agent == UpdatePlan.AgentState.CONNECTED)),
                                        List.of(
                                                new UpdatePlan.PlannedConfig(
                                                        "net",
                                                        action,
                                                        List.of(name),
                                                        List.of(field(Optional.of("x"))))),
                                        List.of(
                                                new UpdatePlan.PlannedTags(
                                                        new AgentName("bow"),
                                                        List.of(field(Optional.empty())))),
                                        List.of("agents.stern.tags"),
                                        EACH_ACTION,
                                        List.of(order("a", false)))));
            }
        }
    }

    private static ImageOrder order(String agent, boolean forced) {
        return new ImageOrder(
                web(agent),
                "podman",
                "image: web",
                forced ? ImagePullPolicy.ALWAYS : ImagePullPolicy.NEVER,
                forced);
    }

    @Test
    void keeps_orders_of_images() throws Exception {
        keeps(new Request.PullImages(List.of()));
        var pull = new Request.PullImages(List.of(order("a", true), order("b", false)));
        keeps(pull);
        var command = new Command.StartPulls(STREAM, pull);
        assertThat(LinkCodec.decodeCommand(LinkCodec.encode(command))).isEqualTo(command);
    }

    @Test
    void refuses_orders_of_images_that_are_too_many_too_long_or_unknown() throws Exception {
        var one = RequestCodec.message(new Request("id", pullOf(order("a", true))));
        var many = one.toBuilder();
        for (int i = 0; i < Request.MAX_IMAGE_ORDERS; i++) {
            many.getImagesRequestBuilder().addImages(one.getImagesRequest().getImages(0));
        }
        assertThat(malformed(many.build())).contains("65 workloads at once; ask for at most 64");
        var large = one.toBuilder();
        large.getImagesRequestBuilder()
                .getImagesBuilder(0)
                .setRuntimeConfig("x".repeat(Request.MAX_IMAGE_TEXT + 1));
        assertThat(malformed(large.build())).contains("262145 characters; ask for less");
        var strange = one.toBuilder();
        strange.getImagesRequestBuilder().getImagesBuilder(0).setPolicyValue(77);
        assertThat(malformed(strange.build())).contains("image pull policy");
        var nameless = one.toBuilder();
        nameless.getImagesRequestBuilder().getImagesBuilder(0).clearWorkloadName();
        assertThat(malformed(nameless.build())).contains("workload name");
    }

    private static Request.PullImages pullOf(ImageOrder order) {
        return new Request.PullImages(List.of(order));
    }

    private static String malformed(RequestProto.Request message) throws MalformedMessage {
        return ((Request.Malformed) RequestCodec.decodeRequest(message.toByteArray()).body()).why();
    }

    private static UpdatePlan.PlannedField field(Optional<String> before) {
        return new UpdatePlan.PlannedField(
                "runtimeConfig", before, Optional.of(""), before.isEmpty(), before.isPresent());
    }

    private static void keeps(Request.Body body) throws MalformedMessage {
        var request = new Request("id-1", body);
        assertThat(RequestCodec.decodeRequest(RequestCodec.encode(request))).isEqualTo(request);
    }

    private static void keeps(Response.Body body) throws MalformedMessage {
        var response = new Response("id-1", body);
        assertThat(RequestCodec.decodeResponse(RequestCodec.encode(response))).isEqualTo(response);
        var encoder = new ResponseEncoder();
        for (var id : List.of("id-1", "another", "id-1")) {
            var another = new Response(id, body);
            assertThat(RequestCodec.decodeResponse(encoder.encode(another))).isEqualTo(another);
        }
    }

    @Test
    void keeps_desired_states_small_and_big() {
        Seeds.check(
                200,
                random -> {
                    var states = new RandomStates(random);
                    var workloads = new TreeMap<String, AssignedWorkload>();
                    for (int i = random.nextInt(40); i > 0; i--) {
                        var instance = states.instance();
                        workloads.put(
                                instance.workload().value(),
                                new AssignedWorkload(instance, new Revision(i), states.workload()));
                    }
                    var desired =
                            new DesiredState(
                                    VERSION,
                                    random.nextBoolean(),
                                    switch (random.nextInt(3)) {
                                        case 0 -> new Addressee.Anybody();
                                        case 1 -> new Addressee.Former();
                                        default -> new Addressee.Node(NodeId.of(random));
                                    },
                                    random.nextBoolean(),
                                    List.copyOf(workloads.values()),
                                    List.of(
                                            new Dependents(
                                                    states.instance().workload(),
                                                    random.nextBoolean(),
                                                    random.nextBoolean(),
                                                    new TreeSet<>(
                                                            Set.of(
                                                                    states.instance()
                                                                            .workload())))));
                    assertThat(LinkCodec.decodeDesired(LinkCodec.encode(desired)))
                            .isEqualTo(desired);
                });
    }

    @Test
    void keeps_what_links_say() {
        Seeds.check(
                200,
                random -> {
                    var states = new RandomStates(random);
                    var facts =
                            new Facts(
                                    1,
                                    2,
                                    new Revision(random.nextInt(9)),
                                    states.workloadStates(),
                                    List.of(
                                            new Needed(
                                                    states.instance().workload(),
                                                    new Revision(random.nextInt(9)),
                                                    states.workloadStates(),
                                                    random.nextBoolean())));
                    assertThat(LinkCodec.decodeFacts(LinkCodec.encode(facts))).isEqualTo(facts);
                    var server =
                            new ServerPresence(
                                    random.nextBoolean(),
                                    new Lineage("l"),
                                    1,
                                    2,
                                    states.text(),
                                    "nonce");
                    assertThat(LinkCodec.decodeServerPresence(LinkCodec.encode(server)))
                            .isEqualTo(server);
                    var version =
                            random.nextBoolean()
                                    ? Optional.of(VERSION)
                                    : Optional.<StateVersion>empty();
                    var agent =
                            new AgentPresence(
                                    random.nextBoolean(),
                                    "instance",
                                    "nonce",
                                    "1.0",
                                    new TreeMap<>(Map.of(states.text(), states.text())),
                                    List.of("native", "podman"),
                                    version,
                                    1,
                                    2,
                                    3);
                    assertThat(LinkCodec.decodeAgentPresence(LinkCodec.encode(agent)))
                            .isEqualTo(agent);
                    var told = agent.asRefused().from(NodeId.of(random));
                    assertThat(LinkCodec.decodeAgentPresence(LinkCodec.encode(told)))
                            .isEqualTo(told);
                    var stopped = AgentPresence.stopped("instance", "nonce");
                    assertThat(LinkCodec.decodeAgentPresence(LinkCodec.encode(stopped)))
                            .isEqualTo(stopped);
                    var report =
                            new Report(
                                    "instance",
                                    "nonce",
                                    9,
                                    version,
                                    states.workloadStates(),
                                    states.workloadStates().stream()
                                            .map(state -> new Transition(random.nextInt(9), state))
                                            .toList(),
                                    random.nextBoolean(),
                                    states.text());
                    assertThat(LinkCodec.decodeReport(LinkCodec.encode(report))).isEqualTo(report);
                    var bow = new AgentName("bow");
                    var load =
                            new Load(
                                    new AgentAttributes.Status(
                                            random.nextInt(101), random.nextLong(1L << 50)),
                                    states.usage(bow));
                    assertThat(LinkCodec.decodeLoad(bow, LinkCodec.encode(load))).isEqualTo(load);
                });
    }

    @Test
    void keeps_all_kinds_of_commands() throws Exception {
        for (var command :
                List.of(
                        new Command.ReportAgain(),
                        new Command.AnnounceAgain(),
                        new Command.NameRefused("instance", "reason", true),
                        new Command.NameRefused("instance", "reason", false),
                        new Command.NameGranted("instance"),
                        new Command.StartLogs(
                                STREAM, new Request.GetLogs(List.of(web("a")), LogSelection.ALL)),
                        new Command.StartLogs(
                                OF_AGENT, new Request.GetLogs(List.of(web("a")), LogSelection.ALL)),
                        new Command.EndLogs(STREAM),
                        new Command.EndLogs(OF_AGENT))) {
            assertThat(LinkCodec.decodeCommand(LinkCodec.encode(command))).isEqualTo(command);
        }
    }

    @Test
    void keeps_logs() throws Exception {
        var noon = Instant.parse("2026-11-21T12:00:00.000000001Z");
        keeps(new Request.GetLogs(List.of(), LogSelection.ALL));
        keeps(
                new Request.GetLogs(
                        List.of(web("a"), web("b")),
                        new LogSelection(
                                true, OptionalInt.of(0), Optional.of(noon), Optional.of(noon))));
        keeps(new Request.CancelLogs());
        keeps(
                new Response.LogsAccepted(
                        List.of(web("a")), List.of(new Problem("web", "is not there", "ask"))));
        keeps(new Response.LogEntries(List.of(new Response.LogEntry(web("a"), "a line"))));
        keeps(new Response.LogsStopped(web("a"), "it was deleted", true));
        keeps(new Response.LogsCancelled());
        for (var chunk :
                List.of(
                        LogChunk.nothing(),
                        LogChunk.status(
                                "r", 7, List.of(new Response.LogsStopped(web("a"), "", false))),
                        LogChunk.of(
                                "r",
                                8,
                                List.of(
                                        new LogChunk.LogLines(
                                                web("a"),
                                                List.of(
                                                        Payload.EMPTY,
                                                        Payload.of(new byte[] {(byte) 0xff})))),
                                List.of()))) {
            assertThat(LogsCodec.decodeChunk(LogsCodec.encode(chunk))).isEqualTo(chunk);
        }
        var credit = new LogCredit(16, true);
        assertThat(LogsCodec.decodeCredit(LogsCodec.encode(credit))).isEqualTo(credit);
    }

    @Test
    void takes_any_time_zone_and_either_word_for_all_of_a_log() throws Exception {
        var request =
                RequestProto.Request.newBuilder()
                        .setRequestId("id")
                        .setLogsRequest(
                                RequestProto.LogsRequest.newBuilder()
                                        .setTail(-1)
                                        .setSince("2026-11-21T13:00:00+01:00"));
        assertThat(RequestCodec.decodeRequest(request.build().toByteArray()).body())
                .isEqualTo(
                        new Request.GetLogs(
                                List.of(),
                                LogSelection.ALL.after(Instant.parse("2026-11-21T12:00:00Z"))));
        request.setLogsRequest(
                RequestProto.LogsRequest.newBuilder().setSince("2026-11-21T12:00:00.5"));
        assertThat(RequestCodec.decodeRequest(request.build().toByteArray()).body())
                .isEqualTo(
                        new Request.GetLogs(
                                List.of(),
                                LogSelection.ALL.after(Instant.parse("2026-11-21T12:00:00.5Z"))));
        request.setLogsRequest(RequestProto.LogsRequest.newBuilder().setSince("10m"));
        assertThat(RequestCodec.decodeRequest(request.build().toByteArray()).body())
                .isInstanceOfSatisfying(
                        Request.Malformed.class,
                        malformed ->
                                assertThat(malformed.why())
                                        .contains("since \"10m\" is no point in time"));
    }

    private static final LogStream STREAM =
            new LogStream(new LogAudience.Client(new ClientName("c")), "id");
    private static final LogStream OF_AGENT =
            new LogStream(new LogAudience.Agent(new AgentName("b")), "id");

    private static InstanceName web(String agent) {
        return InstanceName.of(new WorkloadName("web"), "config", agent);
    }

    @Test
    void keeps_bodies_cut_into_frames() {
        Seeds.check(
                200,
                random -> {
                    var body = new byte[random.nextInt(1000)];
                    random.nextBytes(body);
                    int max = 1 + random.nextInt(300);
                    var frames = Frames.split("id", 7, body, max, Duration.ofMillis(1500));
                    assertThat(frames).allMatch(frame -> frame.content().size() <= max);
                    for (var frame : frames) {
                        assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isEqualTo(frame);
                    }
                    assertThat(Frames.join(frames)).isEqualTo(body);
                });
    }

    @Test
    void cuts_an_empty_body_into_one_frame() throws Exception {
        var frames = Frames.split("id", 0, new byte[0], 10, Duration.ZERO);
        assertThat(frames).hasSize(1);
        assertThat(frames.getFirst().content()).isEqualTo(Payload.EMPTY);
        assertThat(Frames.join(frames)).isEmpty();
    }
}

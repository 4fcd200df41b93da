package io.muster.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.bus.BusLimits;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.FieldMask;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.broker.ListenAddress;
import io.muster.server.ServerConfiguration.BrokerChoice;
import io.muster.server.core.ServerSettings;
import io.muster.server.hook.Hook;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server, with its real broker and its real store, in this process. */
final class ServerProgramTest {
    private static final ClusterName CLUSTER = new ClusterName("test");

    private List<Hook> hooks = List.of();
    @TempDir Path folder;
    private final StopRequest ended = StopRequest.withoutSignals();

    @Test
    void keeps_what_was_acknowledged_across_its_lives() throws Exception {
        try (var server = start(embedded("127.0.0.1:0"), Optional.empty())) {
            assertThat(ask(server, set("web"))).isInstanceOf(Response.Updated.class);
        }
        try (var server = start(embedded("127.0.0.1:0"), Optional.empty())) {
            var answer = (Response.StateAnswer) ask(server, new Request.GetState(List.of(), false));
            assertThat(answer.revision()).isEqualTo(new Revision(1));
            assertThat(StateTree.workloadStates(answer.state())).hasSize(1);
        }
    }

    @Test
    void listens_on_ipv6_and_on_names() throws Exception {
        try (var server = start(embedded("[::1]:0"), Optional.empty())) {
            assertThat(ask(server, set("web"))).isInstanceOf(Response.Updated.class);
        }
        try (var server = start(embedded("localhost:0"), Optional.empty())) {
            assertThat(ask(server, set("db"))).isInstanceOf(Response.Updated.class);
        }
        try (var server = start(embedded("0.0.0.0:0"), Optional.empty())) {
            assertThat(ask(server, set("cache"))).isInstanceOf(Response.Updated.class);
        }
    }

    @Test
    void serves_at_the_broker_of_another() throws Exception {
        try (var first = start(embedded("127.0.0.1:0"), Optional.empty())) {
            var url = MqttAddress.parse("mqtt://" + first.address());
            var other =
                    new ServerConfiguration(
                            new ClusterName("other"),
                            new BrokerChoice.External(url, MqttAccess.OPEN),
                            Optional.empty(),
                            ServerSettings.DEFAULTS,
                            List.of(),
                            Optional.empty());
            try (var second = ServerProgram.start(other, ended)) {
                assertThat(ask("mqtt://" + first.address(), other.cluster(), set("web")))
                        .isInstanceOf(Response.Updated.class);
                assertThat(second.trouble()).isEmpty();
            }
        }
    }

    @Test
    void ends_when_another_server_has_its_name_at_the_broker() throws Exception {
        try (var first = start(embedded("127.0.0.1:0"), Optional.empty())) {
            ask(first, set("web")); // it serves
            var url = MqttAddress.parse("mqtt://" + first.address());
            var rival =
                    new ServerConfiguration(
                            CLUSTER,
                            new BrokerChoice.External(url, MqttAccess.OPEN),
                            Optional.empty(),
                            ServerSettings.DEFAULTS,
                            List.of(),
                            Optional.empty());
            try (var second = ServerProgram.start(rival, ended)) {
                assertThat(ended.isAskedWithin(Duration.ofSeconds(60))).isTrue();
                assertThat(second.trouble().orElseThrow()).contains("another server");
            }
            assertThat(ask(first, set("db"))).isInstanceOf(Response.Updated.class);
        }
    }

    @Test
    void does_not_start_twice_on_one_store_and_leaves_nothing_running() throws Exception {
        try (var first = start(embedded("127.0.0.1:0"), Optional.empty())) {
            assertThatThrownBy(() -> start(embedded("127.0.0.1:0"), Optional.empty()))
                    .isInstanceOf(ProgramFailure.class)
                    .hasMessageContaining("in use by another running process");
            ask(first, set("web"));
        }
    }

    @Test
    void does_not_start_where_somebody_listens_already() throws Exception {
        try (var first = start(embedded("127.0.0.1:0"), Optional.empty())) {
            var configuration =
                    new ServerConfiguration(
                            CLUSTER,
                            embedded(first.address()),
                            Optional.of(folder.resolve("second")),
                            ServerSettings.DEFAULTS,
                            List.of(),
                            Optional.empty());
            assertThatThrownBy(() -> ServerProgram.start(configuration, ended))
                    .isInstanceOf(ProgramFailure.class)
                    .hasMessageContaining(first.address());
        }
    }

    @Test
    void ends_when_its_startup_manifest_does_not_fit_what_is_stored() throws Exception {
        try (var server = start(embedded("127.0.0.1:0"), Optional.empty())) {
            ask(server, set("web", "db"));
        }
        var manifest =
                """
                apiVersion: v1
                workloads:
                  db:
                    agent: bow
                    runtime: native
                    runtimeConfig: "command: db"
                    dependencies: {web: ADD_COND_RUNNING}
                """;
        try (var server = start(embedded("127.0.0.1:0"), Optional.of(manifest))) {
            assertThat(ended.isAskedWithin(Duration.ofSeconds(60))).isTrue();
            assertThat(server.trouble().orElseThrow()).contains("db -> web -> db");
        }
    }

    @Test
    void traces_messages_if_asked() throws Exception {
        var trace = folder.resolve("trace");
        var choice = new BrokerChoice.Embedded(listen("127.0.0.1:0"), Optional.of(trace));
        try (var server = start(choice, Optional.empty())) {
            ask(server, set("web"));
        }
        assertThat(Files.readString(trace)).contains("muster/v1/test/agent/bow/desired");
    }

    @Test
    void asks_its_hooks_before_it_stores_and_keeps_a_history_across_restarts() throws Exception {
        var script = folder.resolve("label");
        Files.writeString(
                script,
                "#!/bin/sh\ngrep -q forbidden && { echo 'not here' >&2; exit 1; } || exit 0\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        hooks = List.of(new Hook("label", 0, script, Duration.ofSeconds(30)));
        try (var server = start(embedded("127.0.0.1:0"), Optional.empty())) {
            assertThat(ask(server, set("web"))).isInstanceOf(Response.Updated.class);
            assertThat(ask(server, set("forbidden")))
                    .isInstanceOfSatisfying(
                            Response.Refused.class,
                            refused ->
                                    assertThat(refused.message())
                                            .contains("mutating hook \"label\"")
                                            .contains("not here"));
        }
        try (var server = start(embedded("127.0.0.1:0"), Optional.empty())) {
            assertThat(ask(server, set("db"))).isInstanceOf(Response.Updated.class);
            assertThat(ask(server, new Request.GetHistory()))
                    .isInstanceOfSatisfying(
                            Response.History.class,
                            history ->
                                    assertThat(history.entries())
                                            .extracting(entry -> entry.revision().value())
                                            .containsExactly(1L, 2L));
            assertThat(ask(server, set("web").ifAt(new Revision(1))))
                    .isInstanceOfSatisfying(
                            Response.Refused.class,
                            refused ->
                                    assertThat(refused.reason()).isEqualTo(Response.Reason.STALE));
        }
    }

    private ServerProgram start(BrokerChoice choice, Optional<String> manifest) throws Exception {
        var configuration =
                new ServerConfiguration(
                        CLUSTER,
                        choice,
                        Optional.of(folder.resolve("state")),
                        ServerSettings.DEFAULTS,
                        hooks,
                        manifest.map(ServerProgramTest::manifest));
        return ServerProgram.start(configuration, ended);
    }

    private static StartupManifest manifest(String text) {
        return switch (StartupManifest.read("start.yaml", text, ServerSettings.DEFAULTS)) {
            case Outcome.Accepted<StartupManifest>(var manifest) -> manifest;
            case Outcome.Refused<StartupManifest>(var problems) ->
                    throw new AssertionError(problems);
        };
    }

    private static BrokerChoice embedded(String address) {
        return new BrokerChoice.Embedded(listen(address), Optional.empty());
    }

    private static ListenAddress listen(String address) {
        return switch (ListenAddress.parse(address)) {
            case Outcome.Accepted<ListenAddress>(var value) -> value;
            case Outcome.Refused<ListenAddress>(var problems) -> throw new AssertionError(problems);
        };
    }

    private static Response.Body ask(ServerProgram server, Request.Body body) throws Exception {
        var first = server.address().split(" ", -1)[0];
        return ask("mqtt://" + first, CLUSTER, body);
    }

    private static Response.Body ask(String url, ClusterName cluster, Request.Body body)
            throws Exception {
        var random = new SplittableRandom();
        try (var serial =
                        new ThreadSerial(
                                "client",
                                1000,
                                fault -> {
                                    throw new AssertionError(fault);
                                });
                var client =
                        new ClientLink(
                                new MqttConnector(
                                        MqttAddress.parse(url),
                                        MqttAccess.OPEN,
                                        BusLimits.DEFAULT,
                                        random),
                                new Topics(cluster),
                                new ClientName("test"),
                                serial,
                                new SystemClock(),
                                random,
                                LinkOptions.DEFAULTS)) {
            client.start();
            return client.ask(body, Duration.ofSeconds(60))
                    .toCompletableFuture()
                    .get(90, TimeUnit.SECONDS)
                    .body();
        }
    }

    private static Request.UpdateState set(String name, String... dependencies) {
        var conditions = new TreeMap<WorkloadName, Dependency>();
        for (var each : dependencies) {
            conditions.put(new WorkloadName(each), Dependency.on(AddCondition.ADD_COND_RUNNING));
        }
        var workload = Workload.of("bow", "native", "command: " + name);
        var state = State.EMPTY.with(new WorkloadName(name), workload.withDependencies(conditions));
        return new Request.UpdateState(
                new Node.Entries(Map.of("desiredState", StateTree.of(state))),
                List.of(FieldMask.of("desiredState", "workloads", name)));
    }
}

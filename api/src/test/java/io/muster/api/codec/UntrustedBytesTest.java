package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.muster.api.Seeds;
import io.muster.api.bus.Payload;
import io.muster.api.proto.LinkProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.proto.StateProto;
import io.muster.api.request.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, decoding gives a value or a {@link MalformedMessage}. */
final class UntrustedBytesTest {
    private static final int ROUNDS = 800;

    static List<Entrance> entrances() {
        return Entrance.ALL;
    }

    @ParameterizedTest
    @MethodSource("entrances")
    void may_be_damaged(Entrance entrance) {
        Seeds.check(ROUNDS, entrance::damaged);
    }

    @ParameterizedTest
    @MethodSource("entrances")
    void cost_no_more_than_they_are_worth(Entrance entrance) throws Exception {
        for (var hostile : HostileBytes.all().entrySet()) {
            for (int size : List.of(1, 1_000, 100_000)) {
                entrance.read(hostile.getKey(), hostile.getValue().apply(size));
            }
        }
    }

    @Nested
    final class OfAnEnvelope {
        private static final int MAX = 1 << 20;
        private static final byte[] CONTENT =
                IntStream.range(0, 20_000)
                        .mapToObj("%05d"::formatted)
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.UTF_8);

        private static LinkProto.DesiredEnvelope.Builder packed() {
            return Envelopes.pack(CONTENT, MAX).toBuilder();
        }

        private static void refused(LinkProto.DesiredEnvelope.Builder envelope, String why) {
            assertThatExceptionOfType(MalformedMessage.class)
                    .isThrownBy(() -> Envelope.unpack(envelope.build(), MAX))
                    .withMessageContaining(why);
        }

        @Test
        void unpack_to_what_was_packed_and_are_smaller() throws Exception {
            assertThat(packed().getContent().size()).isLessThan(CONTENT.length / 2);
            assertThat(Envelope.unpack(packed().build(), MAX)).isEqualTo(CONTENT);
        }

        @Test
        void must_have_the_digest_they_say() {
            var bytes = packed().getDigest().toByteArray();
            bytes[0]++;
            refused(packed().setDigest(ByteString.copyFrom(bytes)), "digest does not match");
            refused(packed().clearDigest(), "digest does not match");
        }

        @Test
        void must_have_the_size_they_say() {
            refused(packed().setSize(MAX + 1L), "at most 1048576 are read");
            refused(packed().setSize(-1), "at most 1048576 are read");
            refused(packed().setSize(CONTENT.length + 1L), "ends after 100000 bytes of 100001");
            refused(packed().setSize(CONTENT.length - 1L), "goes on after 99999 bytes");
            var one = packed().setContent(ByteString.copyFrom(new byte[] {1}));
            refused(one.setSize(MAX), "1 compressed bytes cannot hold 1048576");
            refused(packed().clearSize(), "goes on after 0 bytes");
            refused(
                    packed().setCompression(LinkProto.Compression.COMPRESSION_NONE).setSize(5),
                    "bytes instead of 5");
        }

        @Test
        void must_be_compressed_as_they_say() {
            refused(packed().setCompressionValue(7), "unknown compression 7");
            refused(
                    packed().setContent(ByteString.copyFrom(new byte[1000])),
                    "compressed content is damaged");
            var half = packed().getContent().substring(0, packed().getContent().size() / 2);
            refused(packed().setContent(half), "ends after");
        }

        @Test
        void stay_big_when_they_are_too_big_to_be_read() {
            var envelope = Envelopes.pack(new byte[MAX + 1], MAX);
            assertThat(envelope.getSerializedSize()).isGreaterThan(MAX);
            refused(envelope.toBuilder(), "at most 1048576 are read");
        }
    }

    @Nested
    final class OfMeaning {
        private static void refused(StateProto.Workload.Builder workload, String why) {
            assertThatExceptionOfType(MalformedMessage.class)
                    .isThrownBy(() -> StateCodec.decodeWorkload(workload.build().toByteArray()))
                    .withMessageStartingWith(why);
        }

        private static StateProto.Workload.Builder workload() {
            return StateProto.Workload.newBuilder()
                    .setAgent("a")
                    .setRuntime("r")
                    .setRuntimeConfig("c");
        }

        @Test
        void must_be_known_here() {
            refused(workload().clearAgent(), "workload: agent is missing");
            refused(workload().clearRuntime(), "workload: runtime is missing");
            refused(workload().clearRuntimeConfig(), "workload: runtimeConfig is missing");
            refused(workload().setRestartPolicyValue(9), "workload: unknown restart policy 9");
            refused(
                    workload()
                            .setDependencies(
                                    StateProto.Dependencies.newBuilder()
                                            .putDependenciesValue("db", 7)),
                    "workload: unknown condition of a dependency 7");
            refused(
                    workload()
                            .setFiles(
                                    StateProto.Files.newBuilder()
                                            .addFiles(
                                                    StateProto.File.newBuilder()
                                                            .setMountPoint("/a"))),
                    "workload: file \"/a\" has neither data nor binaryData");
            refused(
                    workload()
                            .setControlInterfaceAccess(
                                    StateProto.ControlInterfaceAccess.newBuilder()
                                            .addAllowRules(
                                                    StateProto.AccessRightsRule.newBuilder())),
                    "workload: an access rule is neither stateRule nor logRule");
            refused(
                    workload()
                            .setControlInterfaceAccess(
                                    StateProto.ControlInterfaceAccess.newBuilder()
                                            .addDenyRules(
                                                    StateProto.AccessRightsRule.newBuilder()
                                                            .setStateRule(
                                                                    StateProto.StateRule
                                                                            .newBuilder()
                                                                            .setOperationValue(
                                                                                    3)))),
                    "workload: unknown operation of an access rule 3");
        }

        @Test
        void must_not_nest_too_deep() {
            var item = StateProto.ConfigItem.newBuilder().setString("x").build();
            for (int i = 0; i < 200; i++) {
                item =
                        StateProto.ConfigItem.newBuilder()
                                .setArray(StateProto.ConfigArray.newBuilder().addValues(item))
                                .build();
            }
            var bytes = item.toByteArray();
            assertThatExceptionOfType(MalformedMessage.class)
                    .isThrownBy(() -> StateCodec.decodeConfigItem(bytes))
                    .withMessageContaining("nest");
        }

        @Test
        void must_not_name_a_workload_twice() {
            var workload =
                    LinkProto.AssignedWorkload.newBuilder()
                            .setInstanceName(
                                    StateProto.WorkloadInstanceName.newBuilder()
                                            .setWorkloadName("web")
                                            .setId("1"))
                            .setWorkload(workload());
            var desired =
                    LinkProto.DesiredState.newBuilder()
                            .setVersion(LinkProto.StateVersion.newBuilder().setLineage("l"))
                            .addWorkloads(workload)
                            .addWorkloads(workload)
                            .build();
            var payload = Payload.of(Envelopes.pack(desired.toByteArray(), 1000).toByteArray());
            assertThatExceptionOfType(MalformedMessage.class)
                    .isThrownBy(() -> LinkCodec.decodeDesired(payload))
                    .withMessage("desired state: workload \"web\" is there twice");
        }

        @Test
        void may_be_refused_by_an_answer_when_a_request_has_an_id() throws Exception {
            var request = RequestProto.Request.newBuilder().setRequestId("id");
            assertThat(body(request)).isInstanceOf(Request.Malformed.class);
            request.setUpdateStateRequest(RequestProto.UpdateStateRequest.newBuilder());
            assertThat(body(request))
                    .isEqualTo(
                            new Request.Malformed(
                                    "the request to update the state has no new state"));
            request.setCompleteStateRequest(
                    RequestProto.CompleteStateRequest.newBuilder().addFieldMask("a..b"));
            assertThat(body(request))
                    .isInstanceOfSatisfying(
                            Request.Malformed.class,
                            malformed ->
                                    assertThat(malformed.why())
                                            .contains("\"a..b\" is no field mask"));
            request.setLogsRequest(RequestProto.LogsRequest.newBuilder().setTail(-2));
            assertThat(body(request)).isInstanceOf(Request.Malformed.class);
        }

        private static Request.Body body(RequestProto.Request.Builder request)
                throws MalformedMessage {
            return RequestCodec.decodeRequest(request.build().toByteArray()).body();
        }
    }
}

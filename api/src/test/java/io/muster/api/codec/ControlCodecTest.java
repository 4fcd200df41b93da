package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.path.FieldMask;
import io.muster.api.proto.ControlProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ControlCodecTest {
    static List<FromWorkload> said() {
        return List.of(
                new FromWorkload.Hello("1.0.0", false),
                new FromWorkload.Hello("0.1.0", true),
                new FromWorkload.Ask(
                        new Request(
                                "a@b",
                                new Request.GetState(
                                        List.of(FieldMask.of("desiredState", "workloads")), true))),
                new FromWorkload.Ask(new Request("c", new Request.CancelEvents())));
    }

    static List<ToWorkload> told() {
        return List.of(
                new ToWorkload.Accepted(),
                new ToWorkload.Closed("because"),
                new ToWorkload.Answer(new Response("c", new Response.EventsCancelled())),
                new ToWorkload.ServerConnection(true),
                new ToWorkload.ServerConnection(false),
                new ToWorkload.Missed(3));
    }

    @ParameterizedTest
    @MethodSource("said")
    void what_a_workload_says_is_read_as_it_was_written(FromWorkload message) throws Exception {
        assertThat(ControlCodec.decodeFromWorkload(ControlCodec.encode(message)))
                .isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("told")
    void what_a_workload_is_told_is_read_as_it_was_written(ToWorkload message) throws Exception {
        assertThat(ControlCodec.decodeToWorkload(ControlCodec.encode(message))).isEqualTo(message);
    }

    @Test
    void a_request_without_content_can_be_answered() throws Exception {
        var message =
                ControlProto.ToAnkaios.newBuilder()
                        .setRequest(ControlCodecTest.empty())
                        .build()
                        .toByteArray();
        assertThat(ControlCodec.decodeFromWorkload(message))
                .isInstanceOfSatisfying(
                        FromWorkload.Ask.class,
                        ask ->
                                assertThat(ask.request().body())
                                        .isInstanceOf(Request.Malformed.class));
    }

    @Test
    void an_empty_message_is_refused() {
        assertThatThrownBy(() -> ControlCodec.decodeFromWorkload(new byte[0]))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("neither a Hello nor a request");
        assertThatThrownBy(() -> ControlCodec.decodeToWorkload(new byte[0]))
                .isInstanceOf(MalformedMessage.class);
    }

    private static RequestProto.Request empty() {
        return RequestProto.Request.newBuilder().setRequestId("x").build();
    }
}

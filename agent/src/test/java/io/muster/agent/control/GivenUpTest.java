package io.muster.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.LogEntries;
import io.muster.api.request.Response.LogEntry;
import io.muster.api.request.Response.LogsAccepted;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.tree.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was given up in the middle ends with bytes of which no client makes a message. */
final class GivenUpTest {
    private static final InstanceName WEB =
            InstanceName.of(new WorkloadName("web"), "config", "bow");

    static Stream<Response.Body> bodies() {
        var workloads =
                new Node.Entries(
                        Map.of(
                                "web",
                                new Node.Entries(
                                        Map.of(
                                                "agent", new Node.Text("bow"),
                                                "runtime", new Node.Text("podman"),
                                                "runtimeConfig", new Node.Text("image: x\n")))));
        var state =
                new Node.Entries(
                        Map.of("desiredState", new Node.Entries(Map.of("workloads", workloads))));
        return Stream.of(
                new StateAnswer(
                        state, Optional.empty(), new EventPosition(1, 300), new Revision(700)),
                new StateAnswer(
                        state,
                        Optional.of(
                                new AlteredFields(
                                        List.of("desiredState.workloads.web"),
                                        List.of("agents"),
                                        List.of())),
                        new EventPosition(1, 2, 1),
                        new Revision(1)),
                new LogEntries(
                        List.of(new LogEntry(WEB, "a line"), new LogEntry(WEB, "and another"))),
                new LogsAccepted(List.of(WEB), List.of(new Problem("where", "what", "remedy"))));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void wherever_it_was_cut(Response.Body body) throws Exception {
        var whole = ControlCodec.encode(new ToWorkload.Answer(new Response("some-id", body)));
        assertThat(ControlCodec.decodeToWorkload(whole)).isInstanceOf(ToWorkload.Answer.class);
        for (int cut = 0; cut < whole.length; cut++) {
            var given = whole.clone();
            Arrays.fill(given, cut, given.length, (byte) 0xff);
            assertThatThrownBy(() -> ControlCodec.decodeToWorkload(given))
                    .as("cut at %d of %d", cut, whole.length)
                    .isInstanceOf(MalformedMessage.class);
        }
    }
}

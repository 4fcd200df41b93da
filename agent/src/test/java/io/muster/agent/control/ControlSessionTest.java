package io.muster.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.ControlSession.Phase;
import io.muster.api.access.AccessRights;
import io.muster.api.codec.ControlCodec;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlSessionTest {
    private static final String OWN = "0.1.0";
    private static final AccessRights RIGHTS =
            new AccessRights(
                    new ControlInterfaceAccess(
                            List.of(new StateRule(Operation.READ, List.of("agents"))), List.of()));
    private static final Request AGENTS =
            new Request("7", new Request.GetState(List.of(FieldMask.of("agents")), false));

    private static ControlSession.Step hear(ControlSession session, FromWorkload said) {
        return session.hear(ControlCodec.encode(said), RIGHTS, OWN, true);
    }

    private static ControlSession open() {
        return hear(ControlSession.NEW, new FromWorkload.Hello("1.0.0", false)).next();
    }

    /** Every version with major 1 is that of a published SDK; the other is our own. */
    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "1.1.7", "1.0.0-rc1", "1.0.0+x", OWN})
    void a_hello_of_a_version_that_is_understood_is_accepted(String version) {
        var step = hear(ControlSession.NEW, new FromWorkload.Hello(version, false));
        assertThat(step.told()).containsExactly(new ToWorkload.Accepted());
        assertThat(step.next().phase()).isEqualTo(Phase.OPEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.1", "2.0.0", "10.0.0", "1", "1.0", "one", "", "1.0.0.0"})
    void another_is_refused_each_time_it_is_said(String version) {
        var hello = new FromWorkload.Hello(version, false);
        var step = hear(ControlSession.NEW, hello);
        var refusal =
                new ToWorkload.Closed(
                        "Unsupported protocol version '%s'. Currently supported '1'"
                                .formatted(version));
        assertThat(step.told()).containsExactly(refusal);
        assertThat(hear(step.next(), hello).told()).containsExactly(refusal);
        assertThat(hear(step.next(), new FromWorkload.Hello("1.0.0", false)).told())
                .containsExactly(new ToWorkload.Accepted());
    }

    @Test
    void a_request_before_any_hello_closes_it_and_that_is_said_once() {
        var step = hear(ControlSession.NEW, new FromWorkload.Ask(AGENTS));
        assertThat(step.told()).containsExactly(new ToWorkload.Closed("Initial Hello missing!"));
        assertThat(step.forwarded()).isEmpty();
        var again = hear(step.next(), new FromWorkload.Ask(AGENTS));
        assertThat(again.told()).isEmpty();
        assertThat(again.ignored()).isPresent();
        assertThat(hear(step.next().left(), new FromWorkload.Ask(AGENTS)).told())
                .containsExactly(new ToWorkload.Closed("Initial Hello missing!"));
    }

    @Test
    void every_valid_hello_is_answered() {
        var step = hear(open(), new FromWorkload.Hello("1.0.0", false));
        assertThat(step.told()).containsExactly(new ToWorkload.Accepted());
        assertThat(step.next().phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void what_cannot_be_read_is_left_out_before_a_hello_and_after() {
        for (var session : List.of(ControlSession.NEW, open())) {
            var step = session.hear(new byte[] {1, 2, 3}, RIGHTS, OWN, true);
            assertThat(step.next()).isEqualTo(session);
            assertThat(step.told()).isEmpty();
            assertThat(step.ignored()).isPresent();
        }
    }

    @Test
    void what_a_rule_allows_is_forwarded() {
        var step = hear(open(), new FromWorkload.Ask(AGENTS));
        assertThat(step.forwarded()).contains(AGENTS);
        assertThat(step.told()).isEmpty();
    }

    @Test
    void what_no_rule_allows_is_refused_by_its_mask() {
        var all = new Request("8", new Request.GetState(List.of(), true));
        var step = hear(open(), new FromWorkload.Ask(all));
        assertThat(step.forwarded()).isEmpty();
        assertThat(step.told())
                .singleElement()
                .isInstanceOfSatisfying(
                        ToWorkload.Answer.class,
                        answer -> {
                            assertThat(answer.response().id()).isEqualTo("8");
                            assertThat(answer.response().body())
                                    .isInstanceOfSatisfying(
                                            Response.Refused.class,
                                            refused ->
                                                    assertThat(refused.message())
                                                            .startsWith("Access denied")
                                                            .contains("reading the whole state"));
                        });
    }

    @Test
    void an_application_that_goes_away_leaves_the_session_open() {
        assertThat(open().left()).isEqualTo(open());
    }

    @Test
    void a_broken_stream_closes_it() {
        var step = open().broken("too long");
        assertThat(step.told()).containsExactly(new ToWorkload.Closed("too long"));
        assertThat(step.next().phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void only_an_extended_hello_is_told_what_ankaios_has_no_words_for() {
        var extended = hear(ControlSession.NEW, new FromWorkload.Hello("1.0.0", true));
        assertThat(extended.told())
                .containsExactly(new ToWorkload.ServerConnection(true), new ToWorkload.Accepted());
        assertThat(extended.next().connection(false))
                .containsExactly(new ToWorkload.ServerConnection(false));
        assertThat(extended.next().missed(4)).containsExactly(new ToWorkload.Missed(4));
        assertThat(open().connection(false)).isEmpty();
        assertThat(open().missed(4)).isEmpty();
        assertThat(ControlSession.NEW.connection(true)).isEmpty();
    }
}

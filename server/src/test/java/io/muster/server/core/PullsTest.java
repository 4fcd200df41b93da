package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Command;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request.CancelLogs;
import io.muster.api.request.Request.PullImages;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.ImagePullPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PullsTest {
    private static final LogStream STREAM =
            new LogStream(new LogAudience.Client(new ClientName("alice")), "r");
    private static final ImageOrder WEB = order("web", BOW);
    private static final ImageOrder DB = order("db", BOW);
    private static final ImageOrder BELL = order("bell", STERN);

    private final Core core = new Core().connected();

    private static ImageOrder order(String name, AgentName agent) {
        return new ImageOrder(
                Core.instance(name, "image: a", agent),
                "podman",
                "image: a",
                ImagePullPolicy.ALWAYS,
                true);
    }

    @BeforeEach
    void agents() {
        core.announce(BOW, "i", "n");
        core.announce(STERN, "i", "n");
    }

    private static Command start(ImageOrder... orders) {
        return new Command.StartPulls(STREAM, new PullImages(List.of(orders)));
    }

    private void ask(ImageOrder... orders) {
        core.ask(ALICE, "r", new PullImages(List.of(orders)));
    }

    @Test
    void are_ordered_from_each_agent_though_nothing_of_that_name_is_wished_for() {
        ask(WEB, BELL, DB);
        assertThat(core.commands(BOW)).containsExactly(start(WEB, DB));
        assertThat(core.commands(STERN)).containsExactly(start(BELL));
        assertThat(core.answer(ALICE))
                .isEqualTo(
                        new Response.LogsAccepted(
                                List.of(WEB.instance(), BELL.instance(), DB.instance()),
                                List.of()));
    }

    @Test
    void of_agents_that_are_unknown_or_away_are_refused_for_them_alone() {
        core.will(STERN, "i", "n");
        ask(WEB, BELL, order("far", new AgentName("bov")));
        assertThat(core.commands(BOW)).containsExactly(start(WEB));
        var accepted = (Response.LogsAccepted) core.answer(ALICE);
        assertThat(accepted.instances()).containsExactly(WEB.instance());
        assertThat(accepted.problems())
                .extracting(Object::toString)
                .satisfiesExactly(
                        away -> assertThat(away).contains("bell", "agent stern is not connected"),
                        none -> assertThat(none).contains("no agent bov", "did you mean bow?"));
    }

    @Test
    void end_with_their_requester_and_are_ordered_again_with_it() {
        ask(WEB);
        ask(WEB);
        assertThat(core.commands(BOW)).contains(start(WEB));
        core.ask(ALICE, "r", new CancelLogs());
        assertThat(core.commands(BOW)).contains(new Command.EndLogs(STREAM));
        ask(WEB);
        core.pass(Duration.ofSeconds(61));
        assertThat(core.commands(BOW)).contains(new Command.EndLogs(STREAM));
    }

    @Test
    void are_refused_to_workloads() {
        core.update(set("a", on(BOW, "a")));
        var workload = new Requester.Workload(BOW, core.placed("a").instance().workload());
        core.ask(workload, "r", new PullImages(List.of(WEB)));
        assertThat(((Response.Refused) core.answer(workload)).message())
                .contains("Access denied", "muster image preload");
        assertThat(core.commands(BOW)).isEmpty();
        core.ask(BOB, "r", new PullImages(List.of()));
        assertThat(core.answer(BOB)).isInstanceOf(Response.Refused.class);
    }
}

package io.muster.cli.command;

import io.muster.api.path.FieldMask;
import io.muster.api.request.Response.Touched;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.terminal.Interruption;
import io.muster.cli.terminal.Painting;
import io.muster.cli.wait.Ending;
import io.muster.cli.wait.WaitLogic;
import io.muster.cli.wait.WaitView;
import io.muster.cli.wait.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Shows how an update comes true, and ends when it has. */
final class Follower {
    private static final Duration TICK = Duration.ofMillis(100);

    /** How long nothing may be heard of the server before waiting for it makes no sense. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Call call;
    private final Connection connection;

    Follower(Call call, Connection connection) {
        this.call = call;
        this.connection = connection;
    }

    /**
     * Follows.
     *
     * @throws ClusterFailure if nothing is heard of the server for too long; the update is stored
     */
    void follow(Waiting begun, List<Touched> touched) throws ClusterFailure, InterruptedException {
        var painting = new Painting(call.terminal());
        var masks = Masks.waitingFor(touched.stream().map(Touched::instance).toList());
        try (var feed = connection.follow(masks, true);
                var _ = Interruption.with(() -> interrupted(painting))) {
            var waiting = begun;
            long heard = call.surroundings().clock().nanoTime();
            for (int tick = 0; !waiting.isOver(); tick++) {
                var before = waiting;
                var news = feed.next(TICK);
                long now = call.surroundings().clock().nanoTime();
                if (news.interrupted().isPresent()) {
                    waiting = WaitLogic.interrupted(waiting, news.interrupted().get());
                }
                waiting =
                        news.state().isPresent()
                                ? WaitLogic.saw(waiting, Trees.situation(news.state().get()), now)
                                : WaitLogic.later(waiting, now);
                if (waiting.situation().isPresent() && waiting.interruption().isEmpty()) {
                    heard = now;
                } else if (now - heard > PATIENCE.toNanos()) {
                    throw silent(waiting);
                }
                show(painting, before, waiting, tick);
            }
            finish(painting, waiting);
        } finally {
            painting.close();
        }
    }

    private void show(Painting painting, Waiting before, Waiting now, int tick) {
        var terminal = call.terminal();
        if (terminal.isDrawable() && !terminal.isQuiet()) {
            var window = terminal.window();
            painting.draw(WaitView.drawing(now, window.columns(), window.rows() - 1, tick));
        } else {
            terminal.inform(WaitView.changes(before, now));
        }
    }

    private void finish(Painting painting, Waiting end) throws InterruptedException {
        var terminal = call.terminal();
        if (terminal.isQuiet()) {
            return;
        }
        var table = WaitView.table(end, terminal.window().columns());
        if (terminal.isDrawable()) {
            painting.finish(table);
        } else {
            terminal.inform(List.of(""));
            terminal.inform(table);
        }
        var away = end.rows().stream().anyMatch(row -> row.endedAs(Ending.AGENT_AWAY));
        WaitView.notes(end, away ? agents() : Set.of()).forEach(terminal::note);
    }

    /** All agents that are connected, to find out what somebody meant who named another. */
    private Set<String> agents() throws InterruptedException {
        try {
            var answer = connection.state(List.of(FieldMask.of("agents")));
            return Trees.situation(answer.state()).agents();
        } catch (ClusterFailure e) {
            call.terminal().debug(() -> "agents are not known: " + e.getMessage());
            return Set.of();
        }
    }

    private void interrupted(Painting painting) {
        painting.close();
        call.terminal()
                .note(
                        "interrupted; the update stays in force, \"muster get workloads\" shows how"
                                + " it goes");
    }

    private static ClusterFailure silent(Waiting waiting) {
        return new ClusterFailure(
                ("Connection to server interrupted for %d s (%s); the update is stored and stays in"
                     + " force, \"muster get workloads\" shows how it goes when the server is back")
                        .formatted(
                                PATIENCE.toSeconds(),
                                waiting.interruption().orElse("it does not answer")));
    }
}

package io.muster.cli.command;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.manifest.YamlWriter;
import io.muster.api.program.ProgramFailure;
import io.muster.api.tree.Node;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.cluster.EventFeed.News;
import io.muster.cli.table.TextWidth;
import io.muster.cli.terminal.Interruption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Prints each change as it happens, until it is interrupted or nobody takes what is printed.
 *
 * <p>It survives the loss of server and broker: if what happened meanwhile is still known, it is
 * printed; otherwise the whole state is, in a document without altered fields.
 */
final class Events {
    private static final String CURRENT = "--include-current-state";
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration LAST_LINE = Duration.ofSeconds(1);

    private final Call call;
    private final boolean json;
    private final ReentrantLock printing = new ReentrantLock();

    private Events(Call call, boolean json) {
        this.call = call;
        this.json = json;
    }

    static CommandSpec command() {
        return Specs.command(
                "events",
                """
                Show each change as it happens, until Ctrl-C.

                With -o json each is one line. After a loss of connection what was missed \
                is shown too, or, if that is not known any more, the whole state: a \
                document without addedFields, updatedFields and removedFields.\
                """,
                Events::run,
                Specs.any(
                        "MASK",
                        "The path of a field to watch, such as workloadStates.*.web; *"
                                + " stands for all keys of a map. Default: everything."),
                Output.document(),
                Specs.flag("Begin with the state as it is.", "-c", CURRENT));
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var events = new Events(call, Output.wantsJson(call));
        var masks = Arguments.masks(call, call.operands());
        try (var connection = call.connect();
                var _ = Interruption.ending(() -> events.end(connection));
                var feed = connection.events(masks)) {
            boolean first = true;
            while (!call.terminal().isClosed()) {
                var news = feed.next(TICK);
                if (news.isPresent()) {
                    events.show(news.get(), first);
                    first = false;
                }
            }
        } catch (ClusterFailure e) {
            throw call.failed("Failed to get events", e);
        }
    }

    private void show(News news, boolean first) {
        var terminal = call.terminal();
        switch (news) {
            case News.Snapshot(var answer) -> {
                if (!first) {
                    terminal.warn(
                            "events were missed, and are not known any more; what follows is the"
                                    + " whole state as it is now");
                }
                if (!first || call.has(CURRENT)) {
                    print(EventDocument.snapshot(answer));
                }
            }
            case News.Event(var answer) ->
                    answer.altered()
                            .flatMap(altered -> EventDocument.event(answer, altered))
                            .ifPresent(this::print);
            case News.Interrupted(var why) ->
                    terminal.note("no events for now: " + TextWidth.printable(why));
            case News.Resumed() -> terminal.note("events go on, and none was missed");
        }
    }

    private void print(Node.Entries document) {
        printing.lock();
        try {
            call.terminal()
                    .print(json ? JsonWriter.line(document) : "---\n" + YamlWriter.write(document));
        } finally {
            printing.unlock();
        }
    }

    /** Ends with a whole line, and tells the server. */
    private void end(Connection connection) {
        try {
            if (!printing.tryLock(LAST_LINE.toMillis(), TimeUnit.MILLISECONDS)) {
                call.terminal().debug(() -> "nobody takes what is printed");
            } // never unlocked: nothing is to be printed any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}

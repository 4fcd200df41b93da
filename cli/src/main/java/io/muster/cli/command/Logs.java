package io.muster.cli.command;

import io.muster.api.bus.Payload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Nearest;
import io.muster.api.path.FieldMask;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.cluster.LogsFeed;
import io.muster.cli.cluster.LogsFeed.News;
import io.muster.cli.table.TextWidth;
import io.muster.cli.terminal.Interruption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Prints what workloads have written, and write, until all has come, it is interrupted, or nobody
 * takes what is printed.
 */
final class Logs {
    private static final String FAILED = "Failed to output logs";
    private static final String FOLLOW = "--follow";
    private static final String TAIL = "--tail";
    private static final String SINCE = "--since";
    private static final String UNTIL = "--until";
    private static final String NAMES = "--names";
    private static final String NO_NAMES = "--no-names";
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration LAST_LINE = Duration.ofSeconds(1);

    private final Call call;
    private final boolean labelled;
    private final List<WorkloadName> order;
    private final Set<InstanceName> open;
    private final ReentrantLock printing = new ReentrantLock();
    private boolean incomplete;

    private Logs(Call call, List<InstanceName> instances) {
        this.call = call;
        this.open = new TreeSet<>(instances);
        this.order = instances.stream().map(InstanceName::workload).distinct().toList();
        this.labelled = call.has(NAMES) || (instances.size() > 1 && !call.has(NO_NAMES));
    }

    static CommandSpec command() {
        return Specs.question(
                "logs",
                """
                Show what workloads have written, standard output and standard error as one.

                Ends when all has been shown; with --follow when the workloads have ended for \
                good: they go on after a restart. On a terminal control characters are written \
                out; into a file or a pipe goes what the workload wrote, byte by byte.

                TIME is a point in time such as 2026-11-21T18:00:00Z, or how long ago: 90s, 10m, \
                1h30m, 2d.

                Exit code 1 if something that was asked for could not be shown; the reason is on \
                standard error.\
                """,
                Logs::run,
                Specs.some("WORKLOAD", "The name of a workload."),
                Specs.flag("Go on with what is written from now on.", "-f", FOLLOW),
                Specs.value("N", "Only the last N lines of each. Default: all.", "-n", "-t", TAIL),
                Specs.value("TIME", "Only what was written from then on.", "-s", SINCE),
                Specs.value("TIME", "Only what was written before.", "-u", UNTIL),
                Specs.flag(
                        "Begin each line with the workload's name. Default: if there are several.",
                        NAMES),
                Specs.flag("Do not begin lines with names.", NO_NAMES));
    }

    private static int run(Call call) throws ProgramFailure, InterruptedException {
        if (call.has(NAMES) && call.has(NO_NAMES)) {
            throw call.misuse("%s and %s: give one of them".formatted(NAMES, NO_NAMES));
        }
        var names = new LinkedHashSet<>(Arguments.workloads(call, call.operands()));
        var selection =
                new LogSelection(
                        call.has(FOLLOW), tail(call), time(call, SINCE), time(call, UNTIL));
        try (var connection = call.connect()) {
            var instances = instances(call, connection, names);
            return new Logs(call, instances).show(connection, instances, selection);
        } catch (ClusterFailure e) {
            throw call.failed(FAILED, e);
        }
    }

    private static OptionalInt tail(Call call) {
        var text = call.value(TAIL);
        if (text.isEmpty() || text.get().equals("-1")) {
            return OptionalInt.empty();
        }
        if (!text.get().matches("[0-9]{1,9}")) {
            throw call.misuse("%s \"%s\" is no number of lines".formatted(TAIL, text.get()));
        }
        return OptionalInt.of(Integer.parseInt(text.get()));
    }

    private static Optional<Instant> time(Call call, String option) {
        var text = call.value(option);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var time = Times.read(text.get(), call.surroundings().clock().instant());
        if (time.isEmpty()) {
            throw call.misuse(
                    "%s \"%s\" is no time; write it like 2026-11-21T18:00:00Z, or how long ago: 90s, 10m, 1h30m"
                            .formatted(option, text.get()));
        }
        return time;
    }

    /** Finds all instances of these workloads. */
    private static List<InstanceName> instances(
            Call call, Connection connection, Set<WorkloadName> names)
            throws ProgramFailure, ClusterFailure, InterruptedException {
        var masks =
                names.stream()
                        .map(name -> FieldMask.of("workloadStates", FieldMask.ANY, name.value()))
                        .toList();
        var found = new ArrayList<InstanceName>();
        var missing = new LinkedHashSet<>(names);
        for (var state : StateTree.workloadStates(connection.state(masks).state())) {
            missing.remove(state.instance().workload());
            if (state.instance().agent().isEmpty()) {
                throw new ProgramFailure(
                        "%s: workload \"%s\" runs nowhere, since no agent is named for it; name one in its manifest"
                                .formatted(FAILED, state.instance().workload()));
            }
            found.add(state.instance());
        }
        if (!missing.isEmpty()) {
            throw new ProgramFailure(FAILED + ": " + absent(connection, missing));
        }
        if (found.size() > Request.MAX_LOG_INSTANCES) {
            throw call.misuse(
                    "these are %d workload instances; name at most %d"
                            .formatted(found.size(), Request.MAX_LOG_INSTANCES));
        }
        return found;
    }

    private static String absent(Connection connection, Set<WorkloadName> missing)
            throws ClusterFailure, InterruptedException {
        var all = connection.state(List.of(FieldMask.of("workloadStates"))).state();
        var there =
                StateTree.workloadStates(all).stream()
                        .map(WorkloadState::instance)
                        .map(instance -> instance.workload().value())
                        .distinct()
                        .toList();
        var complaints = new ArrayList<String>();
        for (var name : missing) {
            complaints.add(
                    "workload name \"%s\" does not exist%s"
                            .formatted(
                                    name,
                                    Nearest.to(name.value(), there)
                                            .map("; did you mean \"%s\"?"::formatted)
                                            .orElse("")));
        }
        return String.join("\n  ", complaints);
    }

    private int show(Connection connection, List<InstanceName> instances, LogSelection selection)
            throws ClusterFailure, InterruptedException {
        try (var feed = connection.logs(instances, selection);
                var _ = Interruption.ending(() -> end(connection, feed))) {
            while (!open.isEmpty() && !call.terminal().isClosed()) {
                var news = feed.next(TICK);
                if (news.isPresent()) {
                    show(feed, news.get());
                }
            }
        }
        return incomplete && !call.terminal().isClosed() ? Program.FAILED : Program.DONE;
    }

    private void show(LogsFeed feed, News news) {
        var terminal = call.terminal();
        switch (news) {
            case News.Accepted(var instances, var problems) -> {
                open.retainAll(instances);
                for (var problem : problems) {
                    incomplete = true;
                    terminal.warn("no logs: " + TextWidth.printable(problem.toString()));
                }
            }
            case News.Lines lines -> {
                print(lines);
                feed.taken(lines);
            }
            case News.Lost(var agent) -> {
                incomplete = true;
                terminal.warn("some lines from agent %s were lost on the way".formatted(agent));
            }
            case News.Silent(var agent) ->
                    terminal.note("nothing is heard of agent %s for now".formatted(agent));
            case News.Stopped(var stop) -> stopped(stop);
        }
    }

    private void stopped(LogsStopped stop) {
        open.remove(stop.instance());
        incomplete |= stop.incomplete();
        var text = stop.instance().workload() + ": " + TextWidth.printable(stop.reason());
        if (stop.incomplete()) {
            call.terminal().warn(text);
        } else if (!stop.reason().isEmpty()) {
            call.terminal().note(text);
        }
    }

    private void print(News.Lines news) {
        printing.lock();
        try {
            for (var lines : news.lines()) {
                var workload = lines.instance().workload();
                call.terminal()
                        .copy(
                                labelled ? workload.value() : "",
                                order.indexOf(workload),
                                lines.lines().stream().map(Payload::bytes).toList());
            }
        } finally {
            printing.unlock();
        }
    }

    /** Ends with a whole line, and tells the server. */
    private void end(Connection connection, LogsFeed feed) {
        try {
            if (!printing.tryLock(LAST_LINE.toMillis(), TimeUnit.MILLISECONDS)) {
                call.terminal().debug(() -> "nobody takes what is printed");
            } // never unlocked: nothing is to be printed any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        feed.close();
        connection.close();
    }
}

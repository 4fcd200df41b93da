package io.muster.cli.command;

import static java.util.stream.Collectors.toSet;

import io.muster.api.bus.Payload;
import io.muster.api.name.InstanceName;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.request.Request.PullImages;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.State;
import io.muster.api.state.TimeSpan;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.cluster.LogsFeed;
import io.muster.cli.cluster.LogsFeed.News;
import io.muster.cli.command.ImageOrders.Collected;
import io.muster.cli.table.TextWidth;
import io.muster.cli.terminal.Interruption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Has agents get images before an update needs them, and shows how that goes until all are there,
 * it is interrupted, or time is up.
 */
final class Preload {
    private static final String FILE = "--file";
    private static final String AGENT = "--agent";
    private static final String RUNTIME = "--runtime";
    private static final String POLICY = "--image-pull-policy";
    private static final String TIMEOUT = "--timeout";
    private static final List<String> RUNTIMES = List.of("podman", "containerd");
    private static final List<String> POLICIES =
            Arrays.stream(ImagePullPolicy.values()).map(Enum::name).toList();
    private static final String USUALLY = "1h";
    private static final int AT_ONCE = 4;
    private static final Duration TICK = Duration.ofMillis(500);

    private final Call call;
    private final boolean named;
    private final String timeout;
    private final long deadline;
    private final List<Portion> portions = new CopyOnWriteArrayList<>(); // also for Ctrl-C
    private int failed;

    /** Images that are asked for in one request, and those of them that are not there yet. */
    private static final class Portion {
        private final LogsFeed feed;
        private final Set<InstanceName> open;
        private final Set<String> agents;

        Portion(LogsFeed feed, PullImages request) {
            this.feed = feed;
            this.open = new TreeSet<>(request.instances());
            this.agents = agents(request);
        }

        boolean sharesAgents(PullImages request) {
            return !Collections.disjoint(agents, agents(request));
        }

        private static Set<String> agents(PullImages request) {
            return request.instances().stream().map(InstanceName::agent).collect(toSet());
        }
    }

    private Preload(Call call, boolean named, Duration wait) {
        this.call = call;
        this.named = named;
        this.timeout = timeout(call);
        this.deadline = call.surroundings().clock().nanoTime() + wait.toNanos();
    }

    static CommandSpec group() {
        return Specs.group("image", "See that images are on nodes.", List.of(), preload());
    }

    private static CommandSpec preload() {
        return Specs.question(
                "preload",
                """
                Pull images on nodes before an update, so that workloads are away only for a stop \
                and a start. Stops and starts nothing.

                With -f for all workloads of manifests that have images, on their agents, as \
                muster apply would give them out; or with --agent for images that are named.

                Waits until all images are there. Exit code 1 if one is not; the reason is on \
                standard error, and the others are pulled all the same. Ctrl-C ends the pulls.\
                """,
                Preload::run,
                Specs.any("IMAGE", "The name of an image. Default: those of the manifests."),
                Specs.many(
                        "FILE",
                        "A manifest; may be given more than once. - is standard input.",
                        "-f",
                        FILE),
                Specs.many(
                        "AGENT",
                        "Where the images are to be; may be given more than once. With -f, the"
                                + " agent for all workloads, whatever the manifests say.",
                        AGENT),
                Specs.choice(
                        "RUNTIME",
                        RUNTIMES,
                        "What gets images that are named: podman or containerd. Default: podman",
                        RUNTIME),
                Specs.choice(
                        "POLICY",
                        POLICIES,
                        "IF_NOT_PRESENT asks no registry about an image that is there, ALWAYS"
                                + " does, NEVER only looks. Default: what the workloads say, else"
                                + " IF_NOT_PRESENT",
                        POLICY),
                Specs.value(
                        "TIME",
                        "How long to wait for all, such as 90s, 10m, 1h30m. Default: " + USUALLY,
                        TIMEOUT));
    }

    private static int run(Call call) throws ProgramFailure, InterruptedException {
        var files = call.all(FILE);
        check(call, files);
        var policy = policy(call);
        var wait =
                TimeSpan.read(timeout(call))
                        .filter(length -> !length.isZero())
                        .orElseThrow(() ->
                                call.misuse(
                                        "%s \"%s\" is no time to wait; write it like 90s, 10m, 1h30m"
                                                .formatted(TIMEOUT, timeout(call))));
        var agents = Arguments.agents(call, call.all(AGENT));
        var manifests =
                files.isEmpty()
                        ? State.EMPTY
                        : ManifestFiles.read(
                                call.terminal(),
                                call.surroundings().input(),
                                files,
                                call.all(AGENT).stream().findFirst(),
                                false);
        var preload = new Preload(call, files.isEmpty(), wait);
        try (var connection = call.connect()) {
            var collected =
                    files.isEmpty()
                            ? ImageOrders.named(
                                    agents,
                                    call.value(RUNTIME).orElse(RUNTIMES.getFirst()),
                                    call.operands())
                            : manifests.workloads().isEmpty()
                                    ? new Collected(List.of(), List.of())
                                    : ImageOrders.of(call, connection, manifests);
            return preload.perform(connection, collected.under(policy));
        }
    }

    /** Checks what was written before anybody is asked. */
    private static void check(Call call, List<String> files) {
        var images = call.operands();
        if (files.isEmpty() && images.isEmpty()) {
            throw call.misuse("give manifests with -f, or --agent AGENT and the names of images");
        }
        if (!files.isEmpty() && !images.isEmpty()) {
            throw call.misuse("give manifests with -f, or the names of images, not both");
        }
        if (!images.isEmpty() && call.all(AGENT).isEmpty()) {
            throw call.misuse("say where the images are to be: --agent AGENT");
        }
        for (var image : images) {
            if (image.isBlank() || image.startsWith("-")) {
                throw call.misuse("\"%s\" is no name of an image".formatted(image));
            }
        }
        if (!files.isEmpty() && call.all(AGENT).size() > 1) {
            throw call.misuse("with -f, give %s once: workloads have one agent".formatted(AGENT));
        }
        if (!files.isEmpty() && call.value(RUNTIME).isPresent()) {
            throw call.misuse("with -f, the manifests say the runtime; leave out " + RUNTIME);
        }
        call.value(RUNTIME)
                .filter(runtime -> !RUNTIMES.contains(runtime))
                .ifPresent(runtime -> {
                    throw call.misuse(
                            "%s \"%s\" gets no images by their names; write %s"
                                    .formatted(RUNTIME, runtime, String.join(" or ", RUNTIMES)));
                });
        ManifestFiles.checkOnce(call, files);
    }

    private static Optional<ImagePullPolicy> policy(Call call) {
        var text = call.value(POLICY);
        if (text.isPresent() && !POLICIES.contains(text.get())) {
            throw call.misuse(
                    "%s \"%s\" is no policy; write %s"
                            .formatted(POLICY, text.get(), String.join(", ", POLICIES)));
        }
        return text.map(ImagePullPolicy::valueOf);
    }

    private static String timeout(Call call) {
        return call.value(TIMEOUT).orElse(USUALLY);
    }

    private int perform(Connection connection, Collected collected) throws InterruptedException {
        collected.refused().forEach(this::fails);
        int all = collected.orders().size() + collected.refused().size();
        var waiting = new ArrayList<>(ImageOrders.requests(collected.orders()));
        try (var _ = Interruption.with(() -> end(connection))) {
            while (!(waiting.isEmpty() && portions.isEmpty()) && left() > 0) {
                begin(connection, waiting);
                for (var portion : portions) {
                    take(portion);
                }
            }
            portions.forEach(portion -> end(portion, "not there within " + timeout));
        }
        waiting.stream()
                .flatMap(request -> request.instances().stream())
                .forEach(instance ->
                        fails(label(instance) + ": not asked for, as the time was up: " + timeout));
        if (failed > 0) {
            call.terminal()
                    .error(
                            "%s: %d of %d are not as wished"
                                    .formatted(ImageOrders.FAILED, failed, all));
            return Program.FAILED;
        }
        call.terminal()
                .inform(List.of(all == 0 ? "No images to preload." : "All images are there."));
        return Program.DONE;
    }

    /**
     * Asks for some more portions, so that a slow node does not keep all others waiting. Of one
     * agent only one asks at a time, for agents have a bound.
     */
    private void begin(Connection connection, List<PullImages> waiting) {
        var rest = waiting.iterator();
        while (rest.hasNext() && portions.size() < AT_ONCE) {
            var request = rest.next();
            if (portions.stream().noneMatch(portion -> portion.sharesAgents(request))) {
                rest.remove();
                portions.add(new Portion(connection.images(request), request));
            }
        }
    }

    /** Takes what there is, and waits a little if there is nothing. */
    private void take(Portion portion) throws InterruptedException {
        try {
            var patience = TICK.dividedBy(portions.size());
            for (var news = portion.feed.next(patience);
                    news.isPresent();
                    news = portion.feed.next(Duration.ZERO)) {
                show(portion, news.get());
            }
            if (portion.open.isEmpty()) {
                end(portion, "");
            }
        } catch (ClusterFailure e) { // which tells of all of them
            call.terminal().warn(TextWidth.printable(String.valueOf(e.getMessage())));
            failed += portion.open.size();
            portion.open.clear();
            end(portion, "");
        }
    }

    private void end(Portion portion, String why) {
        portion.open.forEach(instance -> fails(label(instance) + ": " + why));
        portion.feed.close();
        portions.remove(portion);
    }

    private long left() {
        return deadline - call.surroundings().clock().nanoTime();
    }

    private void show(Portion portion, News news) {
        var terminal = call.terminal();
        switch (news) {
            case News.Accepted(var instances, var problems) -> {
                portion.open.retainAll(instances);
                problems.forEach(problem -> fails(problem.toString()));
            }
            case News.Lines lines -> {
                if (!terminal.isQuiet()) {
                    print(lines);
                }
                portion.feed.taken(lines);
            }
            case News.Lost(var agent) ->
                    terminal.debug(() -> "progress of agent %s was lost".formatted(agent));
            case News.Silent(var agent) ->
                    terminal.note("nothing is heard of agent %s for now".formatted(agent));
            case News.Stopped(var stop) -> stopped(portion, stop);
        }
    }

    private void print(News.Lines news) {
        for (var lines : news.lines()) {
            call.terminal()
                    .copy(
                            label(lines.instance()),
                            lines.instance().agent().hashCode(),
                            lines.lines().stream().map(Payload::bytes).toList());
        }
    }

    private String label(InstanceName instance) {
        return named ? instance.agent() : instance.agent() + " " + instance.workload();
    }

    private void stopped(Portion portion, LogsStopped stop) {
        if (portion.open.remove(stop.instance()) && stop.incomplete()) {
            fails(label(stop.instance()) + ": " + stop.reason());
        }
    }

    private void fails(String why) {
        failed++;
        call.terminal().warn(TextWidth.printable(why));
    }

    /** Tells the server, which ends the pulls. */
    private void end(Connection connection) {
        portions.forEach(portion -> portion.feed.close());
        connection.close();
    }
}

package io.muster.server.core;

import io.muster.api.link.Command;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Names;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Problem;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.server.core.LogReaders.LogReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Brings readers of logs together with the agents that have them; what is read does not come here.
 * A reader lives as long as its request is repeated. Each repetition is given to the agents again,
 * who begin once: so it does no harm if an order was lost, or this server was restarted.
 */
final class LogLogic {
    /** How many readers there may be. */
    static final int MAX_READERS = 256;

    /** How many of them may be workloads, whatever they ask for: the rest is for people. */
    static final int MAX_WORKLOADS = MAX_READERS / 2;

    private LogLogic() {}

    /**
     * What somebody wants of agents that is told as logs are.
     *
     * @param none what there is none of if it is refused, for the message
     * @param checked says what speaks against one
     * @param order tells an agent of those that are its own
     */
    private record Wanted(
            String none,
            Collection<InstanceName> instances,
            Function<InstanceName, Optional<Problem>> checked,
            BiFunction<LogStream, List<InstanceName>, Command> order) {}

    /** Somebody wants to read logs, or goes on reading. */
    static void asked(Turn turn, Asker asker, Request.GetLogs get) {
        asked(
                turn,
                asker,
                new Wanted(
                        "no logs",
                        get.instances(),
                        instance -> problem(turn, instance),
                        (stream, its) ->
                                new Command.StartLogs(
                                        stream, new Request.GetLogs(its, get.selection()))));
    }

    /** Somebody wants images to be there, or goes on waiting for them. */
    static void asked(Turn turn, Asker asker, Request.PullImages pull) {
        asked(
                turn,
                asker,
                new Wanted(
                        "no images",
                        pull.instances(),
                        instance -> misnamed(turn, instance).or(() -> absence(turn, instance)),
                        (stream, its) -> new Command.StartPulls(stream, pull.only(its))));
    }

    private static void asked(Turn turn, Asker asker, Wanted wanted) {
        var stream = stream(asker);
        if (stream.isEmpty()) {
            refuse(
                    turn,
                    asker,
                    wanted,
                    List.of(
                            new Problem(
                                    "id",
                                    "the id of a request for logs %s"
                                            .formatted(Names.complaint(asker.id())),
                                    "")));
            return;
        }
        var known = turn.state().logs().find(asker);
        if (known.isEmpty() && isFull(turn, asker)) {
            UpdateLogic.reply(
                    turn,
                    asker,
                    new Response.Refused(
                            Response.Reason.BUSY,
                            "logs are read by %d already, of which %d are workloads; ask again later"
                                    .formatted(
                                            turn.state().logs().size(),
                                            turn.state().logs().workloads()),
                            List.of()));
            return;
        }
        var kept = new ArrayList<InstanceName>();
        var problems = new ArrayList<Problem>();
        for (var instance : new LinkedHashSet<>(wanted.instances())) {
            wanted.checked()
                    .apply(instance)
                    .ifPresentOrElse(problems::add, () -> kept.add(instance));
        }
        if (kept.isEmpty() && known.isEmpty()) {
            if (problems.isEmpty()) {
                problems.add(
                        new Problem("workloadNames", "no workload is named", "name at least one"));
            }
            refuse(turn, asker, wanted, problems);
            return;
        }
        start(turn, asker, stream.get(), kept, wanted);
        UpdateLogic.reply(turn, asker, new Response.LogsAccepted(kept, problems));
    }

    private static boolean isFull(Turn turn, Asker asker) {
        var readers = turn.state().logs();
        return readers.size() >= MAX_READERS
                || (asker.requester() instanceof Requester.Workload
                        && readers.workloads() >= MAX_WORKLOADS);
    }

    private static void refuse(Turn turn, Asker asker, Wanted wanted, List<Problem> problems) {
        UpdateLogic.reply(turn, asker, Response.Refused.of(wanted.none(), problems));
    }

    private static Optional<LogStream> stream(Asker asker) {
        return Names.isName(asker.id())
                ? Optional.of(new LogStream(LogAudience.of(asker.requester()), asker.id()))
                : Optional.empty();
    }

    private static Optional<Problem> problem(Turn turn, InstanceName instance) {
        if (turn.state().board().find(instance).isEmpty()) {
            return Optional.of(
                    new Problem(
                            instance.toString(),
                            "there is no such workload instance",
                            instead(turn, instance)));
        }
        return absence(turn, instance);
    }

    /** Says what speaks against asking an agent. */
    private static Optional<Problem> absence(Turn turn, InstanceName instance) {
        if (instance.agent().isEmpty()) {
            return Optional.of(
                    new Problem(
                            instance.workload().value(),
                            "runs nowhere, since no agent is named for it",
                            "name one in its manifest"));
        }
        var agent = new AgentName(instance.agent());
        if (!turn.agent(agent).isThere()) {
            return Optional.of(
                    new Problem(
                            instance.workload().value(),
                            "its agent %s is not connected".formatted(instance.agent()),
                            "ask again when it is; \"muster get agents\" shows who is there"));
        }
        return Optional.empty();
    }

    /** Agents that nobody has heard of are named by mistake, when images are wanted there. */
    private static Optional<Problem> misnamed(Turn turn, InstanceName instance) {
        if (instance.agent().isEmpty()) {
            return Optional.empty();
        }
        var agent = new AgentName(instance.agent());
        if (!turn.state().agents().containsKey(agent)) {
            return Optional.of(
                    new Problem(
                            instance.workload().value(),
                            "there is no agent %s".formatted(agent),
                            Nearest.to(
                                            agent.value(),
                                            turn.state().agents().keySet().stream()
                                                    .map(AgentName::value)
                                                    .toList())
                                    .map("did you mean %s?"::formatted)
                                    .orElse("\"muster get agents\" shows who is there")));
        }
        return Optional.empty();
    }

    /** Says what else there is of the same workload. */
    private static String instead(Turn turn, InstanceName instance) {
        return turn.state().board().all().stream()
                .map(state -> state.instance())
                .filter(each -> each.workload().equals(instance.workload()))
                .findFirst()
                .map(each -> "it is " + each + " now")
                .orElse("\"muster get workloads\" shows all there are");
    }

    private static void start(
            Turn turn, Asker asker, LogStream stream, List<InstanceName> instances, Wanted wanted) {
        PSortedMap<AgentName, List<InstanceName>> byAgent = TreePMap.empty();
        for (var instance : instances) {
            var agent = new AgentName(instance.agent());
            var its = new ArrayList<InstanceName>();
            Optional.ofNullable(byAgent.get(agent)).ifPresent(its::addAll);
            its.add(instance);
            byAgent = byAgent.plus(agent, List.copyOf(its));
        }
        long lease = turn.now() + turn.settings().times().lease().toNanos();
        var logs = turn.state().logs().with(new LogReader(asker, byAgent, lease));
        turn.state(turn.state().with(logs));
        turn.wakeBy(lease);
        byAgent.forEach((agent, its) ->
                turn.emit(new Effect.SendCommand(agent, wanted.order().apply(stream, its))));
    }

    /** Somebody does not want to read more; safe to repeat. */
    static void cancel(Turn turn, Asker asker) {
        end(turn, asker);
        UpdateLogic.reply(turn, asker, new Response.LogsCancelled());
    }

    /** Nothing is read for this one any more; safe to repeat. */
    static void end(Turn turn, Asker asker) {
        turn.state().logs().find(asker).ifPresent(reader -> end(turn, reader));
    }

    /** Ends readers that have not asked again. */
    static void sweep(Turn turn) {
        for (var reader : turn.state().logs().all()) {
            if (turn.isPast(reader.lease())) {
                end(turn, reader);
            } else {
                turn.wakeBy(reader.lease());
            }
        }
    }

    private static void end(Turn turn, LogReader reader) {
        turn.state(turn.state().with(turn.state().logs().without(reader.asker())));
        stream(reader.asker())
                .ifPresent(stream ->
                        reader.byAgent()
                                .keySet()
                                .forEach(agent ->
                                        turn.emit(
                                                new Effect.SendCommand(
                                                        agent, new Command.EndLogs(stream)))));
    }

    /** An agent is gone, and with it all that was read there. */
    static void lost(Turn turn, AgentName agent, String why) {
        for (var reader : turn.state().logs().all()) {
            var its = reader.byAgent().get(agent);
            if (its == null) {
                continue;
            }
            var rest = reader.without(agent);
            var logs = turn.state().logs();
            turn.state(
                    turn.state()
                            .with(
                                    rest.byAgent().isEmpty()
                                            ? logs.without(reader.asker())
                                            : logs.with(rest)));
            for (var instance : its) {
                UpdateLogic.reply(
                        turn, reader.asker(), new Response.LogsStopped(instance, why, true));
            }
        }
    }
}

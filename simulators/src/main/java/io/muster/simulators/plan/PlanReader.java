package io.muster.simulators.plan;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Happening.ApplyIfUnchanged;
import io.muster.simulators.plan.Happening.AtOnce;
import io.muster.simulators.plan.Happening.Befall;
import io.muster.simulators.plan.Happening.Delete;
import io.muster.simulators.plan.Happening.DeleteAgent;
import io.muster.simulators.plan.Happening.Disturb;
import io.muster.simulators.plan.Happening.Drain;
import io.muster.simulators.plan.Happening.DryRun;
import io.muster.simulators.plan.Happening.Preload;
import io.muster.simulators.plan.Happening.ReadLogs;
import io.muster.simulators.plan.Happening.RollBack;
import io.muster.simulators.plan.Happening.Settle;
import io.muster.simulators.plan.Happening.StopReading;
import io.muster.testkit.bus.NetworkFault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads plans that {@link PlanText} or people have written. */
public final class PlanReader {
    private static final String AT_ONCE = "at-once";
    private static final int MOST_LINES = 100_000;
    private static final Duration LONGEST = Duration.ofDays(30);

    private final String source;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private long seed = 1;
    private int agents = 3;
    private Network network = Network.CALM;
    private Duration lasting = Duration.ZERO;

    private PlanReader(String source) {
        this.source = source;
    }

    /**
     * Reads a plan; what it leaves out is seed 1, three agents, a calm network, and an end with the
     * last step. Empty lines and what follows a {@code #} say nothing.
     *
     * @param source what problems call the text, such as its file
     */
    public static Outcome<Plan> read(String source, String text) {
        return new PlanReader(source).read(text);
    }

    private Outcome<Plan> read(String text) {
        var lines = text.lines().limit(MOST_LINES + 1L).toList();
        if (lines.size() > MOST_LINES) {
            problems.add(
                    new Problem(
                            source,
                            "more than %,d lines".formatted(MOST_LINES),
                            "leave steps out"));
            return new Outcome.Refused<>(problems);
        }
        for (int i = 0; i < lines.size(); i++) {
            var said = lines.get(i).replaceFirst("#.*", "").strip();
            if (!said.isEmpty()) {
                try {
                    line(List.of(said.split("\\s+")));
                } catch (Unreadable e) {
                    problems.add(new Problem(source + " line " + (i + 1), e.what, e.remedy));
                }
            }
        }
        if (!problems.isEmpty()) {
            return new Outcome.Refused<>(problems);
        }
        var plan = new Plan(seed, agents, network, lasting, steps);
        var last = plan.steps().isEmpty() ? Duration.ZERO : plan.steps().getLast().at();
        return new Outcome.Accepted<>(lasting.compareTo(last) < 0 ? plan.lasting(last) : plan);
    }

    private void line(List<String> words) throws Unreadable {
        var first = words.getFirst();
        switch (first) {
            case PlanText.SEED -> seed = number(setting(words), Long.MIN_VALUE, Long.MAX_VALUE);
            case PlanText.AGENTS -> agents = (int) number(setting(words), 1, Plan.MOST_AGENTS);
            case PlanText.LASTS -> lasting = time(setting(words));
            case PlanText.NETWORK ->
                    network = oneOf(setting(words), List.of(Network.values()), Network::word);
            default -> step(words);
        }
    }

    private static String setting(List<String> words) throws Unreadable {
        if (words.size() != 2) {
            throw new Unreadable(
                    "\"%s\" has one value".formatted(words.getFirst()), "write it behind");
        }
        return words.get(1);
    }

    private void step(List<String> words) throws Unreadable {
        var first = words.getFirst();
        if (words.size() < 2 || !Character.isDigit(first.charAt(0))) {
            throw new Unreadable(
                    "\"%s\" is no setting and no time".formatted(first),
                    "begin with seed, agents, network, lasts, or the seconds of a step");
        }
        var at = time(first);
        boolean isAtOnce = words.get(1).equals(AT_ONCE);
        int verb = isAtOnce ? 2 : 1;
        if (words.size() == verb) {
            throw new Unreadable(AT_ONCE + " says no order", "write an update behind it");
        }
        var details = new Details(words.get(verb), words.subList(verb + 1, words.size()));
        var what = happening(words.get(verb), details);
        details.end();
        steps.add(new Step(at, isAtOnce ? atOnce(what) : what));
    }

    private static Happening atOnce(Happening what) throws Unreadable {
        if (what instanceof Apply || what instanceof ApplyIfUnchanged || what instanceof Delete) {
            return new AtOnce((Happening.Order) what);
        }
        throw new Unreadable(
                "\"%s\" is no update of a workload".formatted(PlanText.of(what)),
                "leave out \"%s\"".formatted(AT_ONCE));
    }

    private Happening happening(String verb, Details details) throws Unreadable {
        return switch (verb) {
            case "apply" -> apply(details);
            case "apply-if-unchanged" ->
                    new ApplyIfUnchanged(apply(details), details.number("age"));
            case "delete" -> new Delete(details.workload());
            case "settle" -> new Settle(time(details.take("within")));
            case "roll-back" -> new RollBack(details.number("choice"));
            case "dry-run" -> {
                var apply = apply(details);
                yield new DryRun(details.number("ghost"), apply);
            }
            case "drain" -> new Drain(agent(details), time(details.take("for")));
            case "delete-agent" -> new DeleteAgent(agent(details));
            case "preload" -> new Preload(agent(details), details.number("count"));
            case "read-logs" -> new ReadLogs(details.number("count"));
            case "stop-reading" -> new StopReading(false);
            case "reader-dies" -> new StopReading(true);
            default -> verb.startsWith("network-") ? disturb(verb, details) : befall(verb, details);
        };
    }

    private AgentName agent(Details details) throws Unreadable {
        var name = details.name("agent");
        if (!agents(name)) {
            throw noNode(name);
        }
        return new AgentName(name);
    }

    private Apply apply(Details details) throws Unreadable {
        var name = details.workload();
        var agent = details.take("agent");
        if (!agents(agent)) {
            throw noNode(agent);
        }
        var needs = new TreeMap<WorkloadName, Dependency>();
        var written = details.maybe("needs", "");
        for (var need : written.isEmpty() ? List.<String>of() : List.of(written.split(","))) {
            var parts = need.split(":", -1);
            if (parts.length != 3) {
                throw new Unreadable(
                        "needs: \"%s\" is no dependency".formatted(need),
                        "write WORKLOAD:CONDITION:ON_UPDATE, such as"
                                + " w1:ADD_COND_RUNNING:wait");
            }
            needs.put(
                    workload(parts[0]),
                    new Dependency(
                            oneOf(parts[1], List.of(AddCondition.values()), Enum::name),
                            oneOf(parts[2], List.of(OnUpdate.values()), OnUpdate::spelling)));
        }
        return new Apply(
                name,
                new AgentName(agent),
                details.number("version"),
                needs,
                oneOf(
                        details.maybe("policy", RestartPolicy.ALWAYS.name()),
                        List.of(RestartPolicy.values()),
                        Enum::name),
                (int) number(details.maybe("tag", "0"), 0, Integer.MAX_VALUE));
    }

    private Befall befall(String verb, Details details) throws Unreadable {
        var mishap = oneOf(verb, List.of(Mishap.values()), Mishap::word);
        var target = mishap.aim() == Mishap.Aim.NOTHING ? "" : details.name("target");
        boolean isHost = target.equals("server") || target.equals("observer");
        if (mishap.aim() != Mishap.Aim.NOTHING
                && !agents(target)
                && !(isHost && mishap.aim() == Mishap.Aim.HOST)) {
            throw noNode(target);
        }
        return new Befall(
                mishap,
                target,
                mishap.lasts() ? time(details.take("for")) : Duration.ZERO,
                mishap.chooses() ? details.number("choice") : 0);
    }

    private static Disturb disturb(String verb, Details details) throws Unreadable {
        var fault =
                oneOf(
                        verb.substring("network-".length()),
                        List.of(NetworkFault.values()),
                        PlanText::word);
        return new Disturb(fault, rate(details.take("rate")), time(details.take("for")));
    }

    private boolean agents(String target) {
        for (int i = 0; i < agents; i++) {
            if (target.equals("n" + i)) {
                return true;
            }
        }
        return false;
    }

    private Unreadable noNode(String target) {
        return new Unreadable(
                "there is no \"%s\"".formatted(target),
                "nodes are n0 to n%d; say \"agents\" before the first step".formatted(agents - 1));
    }

    private static WorkloadName workload(String text) throws Unreadable {
        try {
            return new WorkloadName(text);
        } catch (IllegalArgumentException e) {
            throw new Unreadable(String.valueOf(e.getMessage()), "choose another name");
        }
    }

    private static Duration time(String text) throws Unreadable {
        try {
            long millis = new BigDecimal(text).movePointRight(3).longValueExact();
            if (millis >= 0 && millis <= LONGEST.toMillis()) {
                return Duration.ofMillis(millis);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw noTime(text);
        }
        throw noTime(text);
    }

    private static Unreadable noTime(String text) {
        return new Unreadable(
                "\"%s\" is no time".formatted(text),
                "write seconds, such as 12 or 3.25, up to " + LONGEST.toSeconds());
    }

    private static double rate(String text) throws Unreadable {
        try {
            double rate = Double.parseDouble(text);
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException e) {
            throw new Unreadable("\"%s\" is no rate".formatted(text), "write one from 0 to 1");
        }
        throw new Unreadable("\"%s\" is no rate".formatted(text), "write one from 0 to 1");
    }

    private static long number(String text, long least, long most) throws Unreadable {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw notWithin(text, least, most);
        }
        throw notWithin(text, least, most);
    }

    private static Unreadable notWithin(String text, long least, long most) {
        return new Unreadable(
                "\"%s\" is no number from %d to %d".formatted(text, least, most), "write one");
    }

    private static <T> T oneOf(String text, List<T> choices, Function<T, String> word)
            throws Unreadable {
        for (var choice : choices) {
            if (word.apply(choice).equals(text)) {
                return choice;
            }
        }
        throw new Unreadable(
                "\"%s\" is not known".formatted(text),
                "use one of "
                        + choices.stream().map(word).sorted().collect(Collectors.joining(", ")));
    }

    /** What follows a verb: a name, if it has one, and keys with values. */
    private static final class Details {
        private final String verb;
        private final List<String> names = new ArrayList<>();
        private final Map<String, String> values = new TreeMap<>();

        Details(String verb, List<String> words) {
            this.verb = verb;
            for (var word : words) {
                int equals = word.indexOf('=');
                if (equals < 0) {
                    names.add(word);
                } else {
                    values.put(word.substring(0, equals), word.substring(equals + 1));
                }
            }
        }

        String name(String what) throws Unreadable {
            if (names.isEmpty()) {
                throw new Unreadable("%s has no %s".formatted(verb, what), "name it behind");
            }
            return names.removeFirst();
        }

        WorkloadName workload() throws Unreadable {
            return PlanReader.workload(name("workload"));
        }

        String take(String key) throws Unreadable {
            var value = values.remove(key);
            if (value == null) {
                throw new Unreadable(
                        "%s has no \"%s\"".formatted(verb, key), "add %s=...".formatted(key));
            }
            return value;
        }

        String maybe(String key, String otherwise) {
            var value = values.remove(key);
            return value == null ? otherwise : value;
        }

        int number(String key) throws Unreadable {
            return (int) PlanReader.number(take(key), 0, Integer.MAX_VALUE);
        }

        /** Nothing more may be there. */
        void end() throws Unreadable {
            if (!names.isEmpty() || !values.isEmpty()) {
                var first = names.isEmpty() ? values.keySet().iterator().next() : names.getFirst();
                throw new Unreadable(
                        "\"%s\" means nothing to %s".formatted(first, verb), "leave it out");
            }
        }
    }

    /** What a line says cannot be understood. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        private final String what;
        private final String remedy;

        Unreadable(String what, String remedy) {
            super(what);
            this.what = what;
            this.remedy = remedy;
        }
    }
}

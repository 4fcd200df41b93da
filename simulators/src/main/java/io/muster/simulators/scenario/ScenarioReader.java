package io.muster.simulators.scenario;

import io.muster.api.manifest.YamlFile;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.Network;
import io.muster.simulators.scenario.Incident.What;
import io.muster.simulators.scenario.Scenario.Written;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads scenarios. Tells all that is wrong at once, each problem with file, line, column and path;
 * whether there are such agents and workloads is for others to say.
 */
public final class ScenarioReader {
    private static final String AGENT = "agent";
    private static final String AGENTS = "agents";
    private static final String HOST = "host";
    private static final String RATE = "rate";
    private static final String WORKLOAD = "workload";
    private static final String NETWORK = "network-";
    private static final int MOST_FAILURES = 1_000;
    private static final int MOST_STEPS = 10_000;
    private static final List<String> VERBS =
            List.of("fault", "apply", "delete", "drain", "undrain");
    private static final List<Object> FAULTS =
            Stream.concat(Arrays.stream(Mishap.values()), Arrays.stream(NetworkFault.values()))
                    .map(Object.class::cast)
                    .toList();

    private final List<Problem> problems = new ArrayList<>();

    private ScenarioReader() {}

    /**
     * Reads one.
     *
     * @param file its name, for messages
     */
    public static Outcome<Scenario> read(String file, String text) {
        return YamlFile.read(file, text, "write apiVersion: v1 and steps")
                .then(yaml -> new ScenarioReader().scenario(yaml, file));
    }

    private Outcome<Scenario> scenario(YamlFile yaml, String file) {
        if (!(yaml.tree() instanceof Node.Entries map)) {
            return Outcome.refused(file, "is no map", "write apiVersion: v1 and steps");
        }
        var fields = new Fields(map, "", yaml.origin(), problems);
        version(fields);
        var network = fields.word("network", List.of(Network.values()), Network::word);
        var lasting = fields.time("lasts");
        var conducts = new TreeMap<WorkloadName, Written<Conduct>>();
        fields.fields("workloads").ifPresent(each -> conducts(each, conducts));
        var steps = new ArrayList<Written<Incident>>();
        for (var step : fields.list("steps")) {
            step(step).ifPresent(each -> steps.add(new Written<>(step.where(), each)));
        }
        if (steps.size() > MOST_STEPS) {
            fields.wrong("steps", "are more than %,d".formatted(MOST_STEPS), "leave some out");
        }
        fields.end();
        return problems.isEmpty()
                ? Outcome.accepted(
                        new Scenario(network.orElse(Network.CALM), lasting, conducts, steps))
                : Outcome.refused(problems);
    }

    private static void version(Fields fields) {
        if (!fields.has("apiVersion")) {
            fields.lacks("apiVersion is missing", "write apiVersion: v1");
        }
        fields.text("apiVersion")
                .filter(version -> !version.equals("v1"))
                .ifPresent(version ->
                        fields.wrong(
                                "apiVersion",
                                "\"%s\" is not known".formatted(version),
                                "write v1"));
    }

    private static void conducts(Fields all, Map<WorkloadName, Written<Conduct>> conducts) {
        for (var name : all.keys()) {
            if (!Names.isName(name)) {
                all.wrong(name, "\"%s\" is no workload name".formatted(name), "correct it");
            } else {
                all.fields(name)
                        .ifPresent(each ->
                                conducts.put(
                                        new WorkloadName(name),
                                        new Written<>(each.where(), conduct(each))));
            }
        }
    }

    private static Conduct conduct(Fields fields) {
        var instant = Conduct.INSTANT;
        var conduct =
                new Conduct(
                        fields.time("pull").orElse(instant.pull()),
                        fields.number("pullFails", 0, MOST_FAILURES).orElse(0),
                        fields.time("start").orElse(instant.start()),
                        fields.number("startFails", 0, MOST_FAILURES).orElse(0),
                        fields.time("runs"),
                        fields.number("exitCode", 0, 255).orElse(0),
                        fields.time("stop").orElse(instant.stop()));
        if (fields.has("exitCode") && conduct.runs().isEmpty()) {
            fields.wrong("exitCode", "is never met", "say after which time it ends: runs: 60s");
        }
        fields.end();
        return conduct;
    }

    private Optional<Incident> step(Fields fields) {
        int before = problems.size();
        var at = fields.time("at");
        if (!fields.has("at")) {
            fields.lacks("at is missing", "say when it happens: at: 30s");
        }
        var verbs = VERBS.stream().filter(fields::has).toList();
        if (verbs.size() != 1) {
            fields.lacks(
                    verbs.isEmpty()
                            ? "says not what happens"
                            : "has " + String.join(" and ", verbs) + " in one step",
                    "write one of " + String.join(", ", VERBS));
            return Optional.empty();
        }
        var step =
                verbs.getFirst().equals("fault")
                        ? fault(fields, at.orElse(Duration.ZERO))
                        : order(fields, verbs.getFirst())
                                .map(what ->
                                        new Incident(
                                                at.orElse(Duration.ZERO), Duration.ZERO, what));
        if (step.isPresent()) {
            fields.end(); // else it is not known what may be there
        }
        return problems.size() == before ? step : Optional.empty();
    }

    private static Optional<What> order(Fields fields, String verb) {
        return switch (verb) {
            case "apply" -> fields.text(verb).map(What.Apply::new);
            case "delete" ->
                    Optional.of(
                            new What.Delete(
                                    fields.names(verb).stream().map(WorkloadName::new).toList()));
            default -> Optional.of(new What.Drain(fields.names(verb), verb.equals("drain")));
        };
    }

    private Optional<Incident> fault(Fields fields, Duration at) {
        var found = fields.word("fault", FAULTS, ScenarioReader::word);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        boolean lasts = !(found.get() instanceof Mishap mishap) || mishap.lasts();
        var lasting = lasts ? lasting(fields, at) : Duration.ZERO;
        return what(fields, found.get()).map(what -> new Incident(at, lasting, what));
    }

    private Optional<What> what(Fields fields, Object fault) {
        return switch (fault) {
            case NetworkFault network -> {
                need(fields, RATE, "say how often, from 0 to 1: rate: 0.2");
                yield Optional.of(new What.Disturb(network, fields.rate(RATE).orElse(0.0)));
            }
            case Mishap.PARTITION -> {
                need(fields, AGENTS, "name those that are cut off: agents: [agent_A]");
                yield Optional.of(new What.Partition(fields.names(AGENTS)));
            }
            case Mishap.CLOCK_JUMP -> {
                need(fields, "by", "say how far: by: -2h");
                yield Optional.of(new What.Jump(fields.shift("by").orElse(Duration.ZERO)));
            }
            case Mishap mishap -> mishap(fields, mishap);
            default -> throw new IllegalStateException("no fault: " + fault);
        };
    }

    private Optional<What> mishap(Fields fields, Mishap mishap) {
        if (mishap.chooses()) {
            need(fields, WORKLOAD, "name one: workload: web");
            int code = mishap == Mishap.EXIT ? fields.number("code", 0, 255).orElse(1) : 0;
            return fields.name(WORKLOAD)
                    .map(name -> new What.Strike(mishap, new WorkloadName(name), code));
        }
        return switch (mishap.aim()) {
            case NOTHING -> Optional.of(new What.Befall(mishap, ""));
            case NODE -> {
                need(fields, AGENT, "name one: agent: agent_A");
                yield fields.name(AGENT).map(agent -> new What.Befall(mishap, agent));
            }
            case HOST -> host(fields, mishap);
        };
    }

    private static Optional<What> host(Fields fields, Mishap mishap) {
        if (fields.has(HOST) == fields.has(AGENT)) {
            fields.lacks(
                    mishap.word() + " has no target, or two", "write agent: NAME, or host: server");
            return Optional.empty();
        }
        return fields.has(AGENT)
                ? fields.name(AGENT).map(agent -> new What.Befall(mishap, agent))
                : fields.word(HOST, List.of(Incident.SERVER), _ -> "server")
                        .map(host -> new What.Befall(mishap, host));
    }

    /** Returns how long it lasts, as {@code for} or {@code until} says. */
    private static Duration lasting(Fields fields, Duration at) {
        if (fields.has("for") == fields.has("until")) {
            fields.lacks("says not how long it lasts, or twice", "write for: 20s, or until: 50s");
            return Duration.ZERO;
        }
        var lasting = fields.time("for");
        if (lasting.isPresent() || !fields.has("until")) {
            return lasting.orElse(Duration.ZERO);
        }
        var until = fields.time("until").map(time -> time.minus(at)).orElse(Duration.ZERO);
        if (until.isNegative()) {
            fields.wrong("until", "is before the beginning", "write a time after at");
        }
        return until;
    }

    private static void need(Fields fields, String key, String remedy) {
        if (!fields.has(key)) {
            fields.lacks(key + " is missing", remedy);
        }
    }

    private static String word(Object fault) {
        return switch (fault) {
            case Mishap mishap -> mishap.word();
            case NetworkFault network -> word(network);
            default -> throw new IllegalStateException("no fault: " + fault);
        };
    }

    /** Returns the word for a fault of the network. */
    public static String word(NetworkFault fault) {
        return NETWORK + fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

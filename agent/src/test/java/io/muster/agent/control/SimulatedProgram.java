package io.muster.agent.control;

import io.muster.agent.control.FakeDoors.Visitor;
import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.tree.Node;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A program that talks to its agent as clients do, reads slowly, stops now and then, and is killed
 * in the middle of something. It holds the agent to what it promises.
 */
public final class SimulatedProgram {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long what was asked before it began again may be under way. */
    private static final Duration AFTERMATH = Duration.ofSeconds(20);

    /** What has happened to it, for tests to see that it does. */
    public enum Seen {
        ANSWER,
        EVENT,
        WHOLE,
        REFUSAL,
        UNREADABLE,
        END,
        CLOSED,
        MISSED,
        HALF_LEFT,
        KILLED
    }

    private final World world;
    private final RandomGenerator random;
    private final SimulatedPipes doors;
    private final String name;
    private final Map<Seen, Integer> seen = new EnumMap<>(Seen.class);
    private final ArrayDeque<byte[]> unwritten = new ArrayDeque<>();

    /** Asked in this session, and not answered yet. */
    private final Set<String> open = new HashSet<>();

    /** What was heard last of what it listens to; -1 before the state. */
    private final Map<String, Long> subscriptions = new TreeMap<>();

    /** It has asked to hear no more; until the answer it may. */
    private final Set<String> ending = new HashSet<>();

    private Framing framing = new Framing(Integer.MAX_VALUE);
    private Phase phase = Phase.DOWN;
    private Duration greetedAt = Duration.ZERO;
    private Duration stalledUntil = Duration.ZERO;
    private Duration begunAgainAt = AFTERMATH.negated();
    private boolean gentle;
    private int ids;
    private int idsBefore; // when it began again

    private enum Phase {
        DOWN,
        LOST,
        GREETED,
        OPEN
    }

    /** Begins to live. */
    public SimulatedProgram(World world, SimulatedPipes doors, String name) {
        this.world = world;
        this.random = world.split();
        this.doors = doors;
        this.name = name;
        live();
    }

    /** Reads all, and neither stops, asks, nor dies from now on. */
    public void beGentle() {
        gentle = true;
        stalledUntil = Duration.ZERO;
    }

    /** Returns how often this has happened. */
    public int count(Seen what) {
        return seen.getOrDefault(what, 0);
    }

    /** Says what it still waits for; empty if it is accepted and waits for nothing. */
    public String waitsFor(long sequence) {
        if (phase != Phase.OPEN) {
            return name + " is " + phase;
        }
        var behind = new TreeMap<>(subscriptions);
        behind.values().removeIf(its -> its == sequence);
        return open.isEmpty() && behind.isEmpty()
                ? ""
                : "%s has no answer to %s, and heard of %d only %s"
                        .formatted(name, open, sequence, behind);
    }

    private void saw(Seen what) {
        seen.merge(what, 1, Integer::sum);
    }

    private void live() {
        world.in(
                Duration.ofMillis(1 + random.nextInt(300)),
                () -> {
                    step();
                    live();
                });
    }

    private void step() {
        if (world.elapsed().compareTo(stalledUntil) < 0) {
            return;
        }
        if (phase == Phase.DOWN) {
            if (doors.of(name).openProgram()) {
                hello();
            }
            return;
        }
        read();
        if (phase == Phase.OPEN && !gentle && unwritten.size() < 5 && open.size() < 10) {
            ask();
        }
        if (phase == Phase.LOST && random.nextInt(4) == 0) {
            hello();
        }
        if (phase == Phase.GREETED
                && world.elapsed().minus(greetedAt).compareTo(PATIENCE.plus(PATIENCE)) > 0) {
            kill(); // as those do who open the FIFOs anew
            return;
        }
        write();
        if (!gentle) {
            switch (random.nextInt(150)) {
                case 0 -> kill();
                case 1, 2 ->
                        stalledUntil =
                                world.elapsed().plus(Duration.ofSeconds(1 + random.nextInt(12)));
                default -> {}
            }
        }
    }

    private void kill() {
        if (!unwritten.isEmpty()) {
            saw(Seen.HALF_LEFT);
        }
        saw(Seen.KILLED);
        beginAgain();
        doors.of(name).closeProgram();
        unwritten.clear();
        framing = new Framing(Integer.MAX_VALUE);
        lost(Phase.DOWN);
    }

    /** Another Hello of this program may be under way. */
    private void beginAgain() {
        begunAgainAt = world.elapsed();
        idsBefore = ids;
    }

    private void lost(Phase next) {
        phase = next;
        open.clear();
        subscriptions.clear();
        ending.clear();
    }

    private void hello() {
        lost(Phase.GREETED);
        greetedAt = world.elapsed();
        var version = gentle || random.nextInt(10) > 0 ? "1.0.0" : "2.0.0";
        say(new FromWorkload.Hello(version, random.nextBoolean()));
    }

    private void say(FromWorkload said) {
        unwritten.add(Visitor.bytes(said));
    }

    /** A whole message, or a part of it. */
    private void write() {
        for (int i = random.nextInt(4); i >= 0 && !unwritten.isEmpty(); i--) {
            var next = unwritten.removeFirst();
            int count =
                    gentle || random.nextBoolean() ? next.length : 1 + random.nextInt(next.length);
            doors.of(name).write(Arrays.copyOf(next, count));
            if (count < next.length) {
                unwritten.addFirst(Arrays.copyOfRange(next, count, next.length));
            }
        }
    }

    private void ask() {
        var id = name + "-" + ++ids;
        switch (random.nextInt(12)) {
            case 0, 1 -> ask(id, new Request.GetState(List.of(FieldMask.of("agents")), false));
            case 2 -> ask(id, new Request.GetState(List.of(), false)); // not allowed
            case 3 ->
                    ask(
                            id,
                            new Request.UpdateState(
                                    Node.Entries.NONE,
                                    List.of(FieldMask.of("desiredState", "workloads", "x"))));
            case 4 -> {
                if (subscriptions.size() < 3) {
                    subscriptions.put(id, -1L);
                    ask(id, new Request.GetState(List.of(FieldMask.of("agents")), true));
                }
            }
            case 5 ->
                    subscriptions.keySet().stream()
                            .filter(its -> !open.contains(its) && !ending.contains(its))
                            .findFirst()
                            .ifPresent(its -> {
                                ending.add(its);
                                say(
                                        new FromWorkload.Ask(
                                                new Request(its, new Request.CancelEvents())));
                            });
            default -> {}
        }
    }

    private void ask(String id, Request.Body body) {
        open.add(id);
        say(new FromWorkload.Ask(new Request(id, body)));
    }

    private void read() {
        int most = gentle ? Integer.MAX_VALUE : random.nextInt(200);
        for (int i = 0; i < (gentle ? 100 : 1); i++) {
            var bytes = doors.of(name).read(most);
            framing.take(bytes).forEach(this::hear);
        }
        if (phase != Phase.LOST && doors.of(name).isAtEnd()) {
            saw(Seen.END);
            framing = new Framing(Integer.MAX_VALUE);
            lost(Phase.LOST);
        }
    }

    private void hear(byte[] message) {
        ToWorkload told;
        try {
            told = ControlCodec.decodeToWorkload(message);
        } catch (MalformedMessage e) {
            check(
                    message[message.length - 1] == (byte) 0xff,
                    "a message was spoilt: " + e.getMessage());
            saw(Seen.UNREADABLE);
            return;
        }
        switch (told) {
            case ToWorkload.Accepted() -> {
                if (phase == Phase.GREETED) {
                    phase = Phase.OPEN;
                }
            }
            case ToWorkload.Closed _ -> {
                saw(Seen.CLOSED);
                beginAgain();
                lost(Phase.LOST);
            }
            case ToWorkload.Missed _ -> saw(Seen.MISSED);
            case ToWorkload.ServerConnection _ -> {}
            case ToWorkload.Answer(var response) -> {
                if (phase == Phase.OPEN) {
                    answered(response);
                }
            }
        }
    }

    /**
     * The Hello of the one that was killed before may be answered as if it was this one's: no
     * answer says which it is of. So what was asked in that life may still come.
     */
    private boolean isFromBefore(String id) {
        return id.startsWith(name + "-")
                && world.elapsed().minus(begunAgainAt).compareTo(AFTERMATH) < 0
                && Integer.parseInt(id.substring(name.length() + 1)) <= idsBefore;
    }

    private void answered(Response response) {
        var id = response.id();
        if (isFromBefore(id)) {
            return;
        }
        switch (response.body()) {
            case StateAnswer answer when subscriptions.containsKey(id) -> event(id, answer);
            case Response.EventsCancelled _ -> {
                check(ending.remove(id), "an end of what was not to end: " + id);
                subscriptions.remove(id);
            }
            case Response.Refused _ -> {
                saw(Seen.REFUSAL);
                boolean listens = subscriptions.containsKey(id);
                if (!ending.contains(id)) {
                    subscriptions.remove(id);
                }
                check(open.remove(id) || listens, "a second answer to " + id);
            }
            case Response.Body _ -> {
                saw(Seen.ANSWER);
                check(open.remove(id), "an answer that nobody waits for: " + response);
            }
        }
    }

    private void event(String id, StateAnswer answer) {
        long last = subscriptions.getOrDefault(id, -1L);
        var position = answer.position();
        if (open.remove(id)) {
            check(answer.altered().isEmpty(), "an event before the state: " + id);
        } else {
            check(answer.altered().isPresent(), "a state again: " + id);
            if (answer.altered().get().updated().contains("agents")) {
                saw(Seen.WHOLE);
                check(position.sequence() >= last, "a state from before: " + id);
            } else {
                saw(Seen.EVENT);
                check(
                        position.previous() == last,
                        "untold: %d after %d".formatted(position.previous(), last));
            }
        }
        subscriptions.put(id, position.sequence());
    }

    private void check(boolean held, String otherwise) {
        if (!held) {
            throw new AssertionError(name + " at " + world.elapsed() + ": " + otherwise);
        }
    }
}

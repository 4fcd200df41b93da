package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.name.InstanceName;
import io.muster.testkit.world.World;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of pipes in virtual time, with what a kernel does: they hold few bytes, keep them while
 * anybody has them open, and show an end when nobody writes. The agent's side has the rules of
 * {@link Fifos}, which has tests of its own.
 */
public final class SimulatedPipes implements Doors {
    private static final int HELD = 150; // so few that most messages are halved
    private static final int ROOM = 1_000;
    private static final Duration END_SHOWN = Duration.ofSeconds(2);

    private final World world;
    private final RandomGenerator random;
    private final SortedMap<String, Pipes> all = new TreeMap<>();

    /** None yet. */
    public SimulatedPipes(World world) {
        this.world = world;
        this.random = world.split();
    }

    @Override
    public Fifos.Pair make(InstanceName instance, Fifos.Listener listener) {
        all.remove(instance.workload().value());
        return open(instance, listener);
    }

    @Override
    public Fifos.Pair open(InstanceName instance, Fifos.Listener listener) {
        return all.computeIfAbsent(instance.workload().value(), _ -> new Pipes())
                .openAgent(listener);
    }

    @Override
    public void remove(InstanceName instance) {
        all.remove(instance.workload().value());
    }

    /** Returns those of a workload. */
    public Pipes of(String workload) {
        var pipes = all.get(workload);
        if (pipes == null) {
            throw new AssertionError("no door was opened for " + workload);
        }
        return pipes;
    }

    /** The agent's process has ended. */
    public void agentDied() {
        all.values().forEach(Pipes::closeAgent);
    }

    /** What one workload and its agents talk over. */
    public final class Pipes {
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private byte[] told = {};
        private boolean program;
        private @Nullable AgentEnd agent;

        private Fifos.Pair openAgent(Fifos.Listener listener) {
            closeAgent();
            agent = new AgentEnd(this, listener);
            world.in(Duration.ZERO, agent::hear);
            return agent;
        }

        private void closeAgent() {
            if (agent != null) {
                agent.closed = true;
                agent = null;
                forget();
            }
        }

        /** The kernel keeps what is in a pipe for those who have it open. */
        private void forget() {
            if (agent == null && !program) {
                said.reset();
                told = new byte[0];
            }
        }

        /** A program opens both; what it can do at once is less than what it asks for. */
        public boolean openProgram() {
            if (agent == null) {
                return false; // it would wait
            }
            program = true;
            agent.readerCame();
            return true;
        }

        /** The program has gone, perhaps in the middle of something. */
        public void closeProgram() {
            program = false;
            if (agent != null) {
                agent.readerLeft();
                agent.hear();
            }
            forget();
        }

        /** The program writes. */
        public void write(byte[] bytes) {
            said.writeBytes(bytes);
            if (agent != null) {
                agent.hear();
            }
        }

        /** The program reads what there is, up to so many bytes. */
        public byte[] read(int most) {
            var taken = Arrays.copyOf(told, Math.min(most, told.length));
            told = Arrays.copyOfRange(told, taken.length, told.length);
            if (agent != null) {
                agent.pump();
            }
            return taken;
        }

        /** Says whether who reads is at the end. */
        public boolean isAtEnd() {
            return told.length == 0 && (agent == null || agent.endShown);
        }
    }

    private final class AgentEnd implements Fifos.Pair {
        private final Pipes pipes;
        private final Fifos.Listener listener;
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        private int waitingBytes;
        private long taken; // messages, ever
        private int written; // of the first
        private int missing; // of one that was given up
        private boolean barred;
        private boolean crowded;
        private boolean held;
        private boolean leftTold;
        private boolean deserted;
        private boolean endShown;
        private boolean closed;

        AgentEnd(Pipes pipes, Fifos.Listener listener) {
            this.pipes = pipes;
            this.listener = listener;
        }

        private void hear() {
            if (closed || held) {
                return;
            }
            var all = pipes.said.toByteArray();
            if (all.length > 0) {
                int count = 1 + random.nextInt(all.length);
                pipes.said.reset();
                pipes.said.write(all, count, all.length - count);
                held = true;
                leftTold = false;
                if (listener.read(Arrays.copyOf(all, count))) {
                    held = false;
                }
            } else if (!pipes.program && !leftTold) {
                leftTold = true;
                listener.writersLeft();
            }
        }

        @Override
        public boolean send(byte[] message) {
            if (closed || barred || !fits(message)) {
                crowded |= !closed;
                return false;
            }
            endShown = false;
            long number = taken++;
            waiting.add(message);
            waitingBytes += message.length;
            crowded |= waitingBytes > ROOM / 2;
            pump();
            if (message.length > HELD && random.nextInt(4) == 0) {
                world.in(Duration.ofSeconds(5), () -> giveUp(number));
            }
            return true;
        }

        private boolean fits(byte[] message) {
            return waiting.isEmpty() || waitingBytes + message.length <= ROOM;
        }

        private void giveUp(long number) {
            if (!closed && !waiting.isEmpty() && taken - waiting.size() == number) {
                missing = written > 0 ? waiting.getFirst().length - written : 0;
                barred = true;
                crowded = true;
                var given = List.copyOf(waiting);
                waiting.clear();
                waitingBytes = 0;
                written = 0;
                given.forEach(listener::gaveUp);
                pump();
            }
        }

        private void removeFirst() {
            waitingBytes -= waiting.removeFirst().length;
            written = 0;
        }

        private void pump() {
            if (closed || !pipes.program) {
                return;
            }
            while (missing > 0 && pipes.told.length < HELD) {
                missing--;
                put(new byte[] {(byte) 0xff}, 0, 1);
            }
            while (missing == 0 && !waiting.isEmpty()) {
                var first = waiting.getFirst();
                int count = Math.min(first.length - written, HELD - pipes.told.length);
                if (count <= 0 || (written == 0 && pipes.told.length > 0)) {
                    break;
                }
                put(first, written, count);
                written += count;
                if (written == first.length) {
                    removeFirst();
                }
            }
            if (missing == 0 && pipes.told.length == 0) {
                barred = false;
            }
            if (crowded && !barred && waitingBytes <= ROOM / 4) {
                crowded = false;
                world.in(Duration.ZERO, () -> tell(listener::roomy));
            }
        }

        private void tell(Runnable news) {
            if (!closed) {
                news.run();
            }
        }

        private void put(byte[] from, int at, int count) {
            int before = pipes.told.length;
            pipes.told = Arrays.copyOf(pipes.told, before + count);
            System.arraycopy(from, at, pipes.told, before, count);
        }

        private void readerLeft() {
            boolean half = written > 0;
            boolean left = pipes.told.length > 0;
            boolean known = missing > 0;
            pipes.told = new byte[0];
            missing = 0;
            if (half) {
                removeFirst();
            }
            if (!known && (half || left)) {
                deserted = true;
                listener.dropped(1);
            }
        }

        private void readerCame() {
            if (deserted) {
                deserted = false;
                listener.readerCame();
            }
            pump();
        }

        @Override
        public boolean isCrowded() {
            return crowded;
        }

        @Override
        public void pause() {
            held = true;
        }

        @Override
        public void resume() {
            held = false;
            world.in(Duration.ZERO, this::hear);
        }

        @Override
        public void showEnd() {
            if (!closed && waiting.isEmpty() && missing == 0) {
                endShown = true;
                world.in(END_SHOWN, () -> endShown = false);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                if (equals(pipes.agent)) {
                    pipes.agent = null;
                    pipes.forget();
                }
            }
        }
    }
}

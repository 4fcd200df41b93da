package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Doors in memory: tests speak for the workloads. */
public final class FakeDoors implements Doors {
    private final Set<InstanceName> made = new TreeSet<>();
    private final SortedMap<String, Visitor> visitors = new TreeMap<>();
    private int failures;

    @Override
    public Fifos.Pair make(InstanceName instance, Fifos.Listener listener) throws IOException {
        return open(instance, listener);
    }

    @Override
    public Fifos.Pair open(InstanceName instance, Fifos.Listener listener) throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("too many open files");
        }
        made.add(instance);
        var visitor = new Visitor(listener);
        visitors.put(instance.workload().value(), visitor);
        return visitor;
    }

    @Override
    public void remove(InstanceName instance) {
        made.remove(instance);
    }

    /** The next so many times one is opened fail. */
    public void fail(int times) {
        failures = times;
    }

    /** Returns the instances that have one, as workload names. */
    public List<String> made() {
        return made.stream().map(each -> each.workload().value()).toList();
    }

    /** Returns the workload at the other side. */
    public Visitor visitor(String workload) {
        var found = visitors.get(workload);
        if (found == null) {
            throw new AssertionError("no door was opened for " + workload);
        }
        return found;
    }

    /**
     * A workload that talks with its agent. What it is told waits until it reads, in bytes as in a
     * FIFO; it reads at once unless a test says otherwise.
     */
    public static final class Visitor implements Fifos.Pair {
        private final Fifos.Listener listener;
        private final Framing framing = new Framing(Integer.MAX_VALUE);
        private final List<ToWorkload> told = new ArrayList<>();
        private final List<byte[]> unsaid = new ArrayList<>();
        private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
        private long unreadBytes;
        private int room = FifoDoors.ROOM;
        private int reads = Integer.MAX_VALUE;
        private boolean crowded;
        private boolean held;
        private boolean refusing;
        private boolean full;
        private boolean closed;
        private int ends;

        private Visitor(Fifos.Listener listener) {
            this.listener = listener;
        }

        /** Says something. */
        public void say(FromWorkload said) {
            write(bytes(said));
        }

        /** Returns what it would write to say this. */
        public static byte[] bytes(FromWorkload said) {
            return Framing.frame(ControlCodec.encode(said));
        }

        /** Writes these bytes, whatever they are. */
        public void write(byte[] bytes) {
            unsaid.add(bytes);
            flush();
        }

        /** Closes what it writes to, once all has been taken. */
        public void leave() {
            listener.writersLeft();
        }

        private void flush() {
            while (!held && !closed && !unsaid.isEmpty()) {
                held = true;
                if (listener.read(unsaid.removeFirst())) {
                    held = false;
                }
            }
        }

        /** Returns how many pieces of what was said the agent has not taken. */
        public int waiting() {
            return unsaid.size();
        }

        /** No more than so many bytes wait to be read; a single message may be longer. */
        public void room(int bytes) {
            room = bytes;
        }

        /** Reads no more than so many messages from now on. */
        public void stall(int messages) {
            reads = messages;
        }

        /** There is no room for the next message, and none until {@link #goOn}. */
        public void refuseNext() {
            refusing = true;
        }

        /** Reads all that comes from now on. */
        public void goOn() {
            reads = Integer.MAX_VALUE;
            full = false;
            crowded |= unread.isEmpty(); // so that it is told in any case
            read();
        }

        /** Leaves without having read so many messages. */
        public void leaveUnread(int messages) {
            listener.dropped(messages);
        }

        /**
         * What it was told last, and has not read, is given up; what it reads instead is nothing.
         */
        public void giveUpUnread() {
            var given = unread.removeLast();
            unreadBytes -= given.length;
            listener.gaveUp(given);
        }

        /** Reads again. */
        public void comeBack() {
            listener.readerCame();
        }

        /** What it talks over fails. */
        public void fail() {
            closed = true;
            listener.failed();
        }

        /** Returns what it was told since the last call. */
        public List<ToWorkload> take() {
            var taken = List.copyOf(told);
            told.clear();
            return taken;
        }

        /** Says whether it was told something. */
        public boolean heardSomething() {
            return !told.isEmpty();
        }

        /** Says whether the agent has closed it. */
        public boolean isClosed() {
            return closed;
        }

        @Override
        public boolean send(byte[] message) {
            full |= refusing;
            refusing = false;
            boolean fits = unread.isEmpty() || unreadBytes + message.length <= room;
            if (closed || full || !fits) {
                crowded = true;
                return false;
            }
            unread.add(message);
            unreadBytes += message.length;
            crowded |= unreadBytes > room / 2;
            read();
            return true;
        }

        private void read() {
            while (reads > 0 && !unread.isEmpty()) {
                reads--;
                var message = unread.remove();
                unreadBytes -= message.length;
                hear(message);
            }
            if (crowded && !full && (unread.isEmpty() || unreadBytes <= room / 4)) {
                crowded = false;
                listener.roomy();
            }
        }

        private void hear(byte[] message) {
            try {
                for (var each : framing.take(message)) {
                    told.add(ControlCodec.decodeToWorkload(each));
                }
            } catch (MalformedMessage e) {
                throw new AssertionError(e);
            }
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
            flush();
        }

        @Override
        public void showEnd() {
            ends++;
        }

        /** Returns how often it was shown the end since the last call. */
        public int takeEnds() {
            int taken = ends;
            ends = 0;
            return taken;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}

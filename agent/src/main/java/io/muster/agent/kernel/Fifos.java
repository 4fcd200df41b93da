package io.muster.agent.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from and writes to pairs of FIFOs, on one daemon thread for all of them.
 *
 * <p>Whoever is at the other end never blocks that thread: it may stall, go away, come back, or
 * never come. Any thread may call; listeners are called on the one of this object, and must not
 * block it.
 */
public final class Fifos implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Fifos.class);

    /** What may wait at all pairs together: each has no more room than its share. */
    static final int ROOM_OF_ALL = 16 << 20;

    /** What single messages that are longer than the share of their pair may take together. */
    static final int LONG_OF_ALL = 32 << 20;

    /** How soon it is looked again for that, while somebody wants it. */
    private static final int LOOK = 500;

    private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final SortedMap<Long, FifoPair> pairs = new TreeMap<>(); // of the thread
    private final LongRoom longRoom;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Epoll epoll;
    private final Thread thread;
    private long lastToken; // of the thread
    private volatile int open; // how many pairs there are
    private volatile boolean closed;

    /** Hears what happens at a pair. */
    public interface Listener {
        /**
         * These bytes were read: the next ones, cut anywhere.
         *
         * @return whether to read on; if not, nothing more is read until {@link Pair#resume}
         */
        boolean read(byte[] bytes);

        /**
         * Nobody has the pair open for writing, and all was read that those before have written;
         * others may open it later. Also told of a pair that nobody has opened yet.
         */
        void writersLeft();

        /** Messages were dropped, since nobody was there who reads. */
        void dropped(int messages);

        /**
         * A long message was given up, since it was not read while others waited for the room that
         * it took, or one that followed it. If its beginning was read, whoever reads on gets as
         * many bytes as it has, and no message. Nothing is taken before that is read.
         */
        void gaveUp(byte[] message);

        /** After messages were dropped: somebody is there who reads. */
        void readerCame();

        /** The pair has failed and is closed: nothing is heard or sent over it any more. */
        void failed();

        /** The pair is not {@link Pair#isCrowded crowded} any more. */
        void roomy();
    }

    /** A pair that is open. */
    public interface Pair {
        /**
         * Sends a message, after those before it.
         *
         * @return false if there is no room for it: then it was dropped
         */
        boolean send(byte[] message);

        /**
         * Says whether so much waits to be read that it is better to wait with more: from half of
         * the room on, until only a quarter of it waits.
         */
        boolean isCrowded();

        /** Reads nothing more until {@link #resume}, so that who writes has to wait. */
        void pause();

        /** Goes on reading. */
        void resume();

        /**
         * Lets whoever reads come to the end, as if this process had ended, unless something waits
         * to be read: for 2 s, or until something is sent. Who opens the FIFO meanwhile waits.
         */
        void showEnd();

        /** Closes both; what was not sent is lost. Nobody is told anything any more. */
        void close();
    }

    /**
     * Starts the thread.
     *
     * @param patience how long a message waits for somebody who opens its FIFO to read
     * @param nanos a clock that only goes forward, in nanoseconds
     * @throws IOException if there are no more file descriptors
     */
    public static Fifos open(Duration patience, LongSupplier nanos) throws IOException {
        var fifos = new Fifos(patience, nanos, new Epoll());
        fifos.thread.start();
        return fifos;
    }

    private Fifos(Duration patience, LongSupplier nanos, Epoll epoll) {
        this.patience = patience;
        this.nanos = nanos;
        this.longRoom = new LongRoom(LONG_OF_ALL, nanos);
        this.epoll = epoll;
        this.thread = Thread.ofPlatform().name("fifos").daemon(true).unstarted(this::work);
    }

    /**
     * Makes a FIFO that only its owner may open; one that is there is left as it is, and anything
     * else in its place is removed.
     *
     * @throws IOException with the path and the reason
     */
    public static void make(Path path) throws IOException {
        FifoFiles.make(path);
    }

    /**
     * Opens a pair of FIFOs that exist. Both stay open until the pair is closed: whoever opens one
     * of them at the other end does not wait.
     *
     * @param toRead what others write
     * @param toWrite what others read
     * @param maxWaitingBytes of messages that are not sent yet, and no more than the pair's share
     *     of {@link #ROOM_OF_ALL}; a single one may be longer, as long as there is room for it in
     *     {@link #LONG_OF_ALL}. It begins with its length, as a varint, before a protobuf message
     * @throws IOException with the path and the reason
     */
    public Pair open(Path toRead, Path toWrite, int maxWaitingBytes, Listener listener)
            throws IOException {
        var pair =
                FifoPair.open(
                        toRead,
                        toWrite,
                        new Unwritten(
                                () -> Math.min(maxWaitingBytes, ROOM_OF_ALL / Math.max(1, open)),
                                longRoom),
                        listener,
                        patience,
                        nanos);
        order(() -> add(pair));
        return new Pair() {
            @Override
            public boolean send(byte[] message) {
                boolean taken = pair.offer(message);
                order(() -> {}); // the thread looks at all that wait, and who waits for room
                return taken;
            }

            @Override
            public boolean isCrowded() {
                return pair.isCrowded();
            }

            @Override
            public void pause() {
                pair.pause();
            }

            @Override
            public void resume() {
                pair.resume();
                order(() -> {});
            }

            @Override
            public void showEnd() {
                order(pair::showEnd);
            }

            @Override
            public void close() {
                pair.silence();
                order(() -> remove(pair));
            }
        };
    }

    private void order(Runnable order) {
        orders.add(order);
        try {
            if (!closed) {
                epoll.wake();
            }
        } catch (SystemCallException e) {
            log.atError().setCause(e).log("cannot wake the thread of the control interfaces");
        }
    }

    private void add(FifoPair pair) {
        long token = ++lastToken;
        pairs.put(token, pair);
        open = pairs.size();
        try {
            // two tokens for one pair: even to read, odd to write; 0 is taken
            epoll.addReadEdge(pair.readEnd(), 2 * token);
            epoll.addWriteEdge(pair.writeEnd().fd(), 2 * token + 1);
            pair.onOpened(fd -> epoll.addWriteEdge(fd, 2 * token + 1));
        } catch (SystemCallException e) {
            pair.fail(e);
        }
    }

    private void remove(FifoPair pair) {
        if (pairs.values().remove(pair) && !pair.isClosed()) {
            try {
                epoll.remove(pair.readEnd());
                if (pair.writeEnd().isOpen()) {
                    epoll.remove(pair.writeEnd().fd());
                }
            } catch (SystemCallException e) {
                log.atWarn().setCause(e).log("cannot give up a control interface");
            }
        }
        pair.close();
        open = pairs.size();
    }

    private void work() {
        try {
            while (!closed) {
                for (var signal : epoll.await(timeoutMillis())) {
                    var pair = pairs.get(signal.token() / 2);
                    if (pair != null) {
                        signalled(pair, signal);
                    }
                }
                for (var order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                for (var pair : List.copyOf(pairs.values())) {
                    pair.work();
                }
                shareRoom();
            }
        } catch (SystemCallException e) {
            log.atError().setCause(e).log("the control interfaces of workloads have stopped");
        }
    }

    private void shareRoom() {
        longRoom.call();
        if (longRoom.isScarce()) {
            List.copyOf(pairs.values()).forEach(FifoPair::giveUpStalled);
            longRoom.call();
        }
        List.copyOf(pairs.values()).forEach(FifoPair::lookForRoom);
    }

    private static void signalled(FifoPair pair, Epoll.Signal signal) {
        if (signal.token() % 2 == 0) {
            pair.mayRead();
        } else if (signal.hungUp()) {
            pair.readersLeft();
        } else {
            pair.mayWrite();
        }
    }

    private int timeoutMillis() {
        int soonest = longRoom.isWanted() ? LOOK : -1;
        for (var pair : pairs.values()) {
            if (pair.isBusy()) {
                return 0;
            }
            int retry = pair.retryMillis();
            if (retry >= 0 && (soonest < 0 || retry < soonest)) {
                soonest = retry;
            }
        }
        return soonest;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            epoll.wake();
            thread.join();
            for (var pair : new ArrayList<>(pairs.values())) {
                remove(pair);
            }
            epoll.close();
        } catch (SystemCallException e) {
            log.atWarn().setCause(e).log("cannot close the control interfaces");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the thread ends by itself; its descriptors stay
        }
    }
}

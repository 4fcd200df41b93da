package io.muster.transport.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and a server and breaks their connections as networks do. Listens on a
 * free port of the loopback interface.
 */
public final class TcpRelay implements AutoCloseable {
    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private final AtomicLong toClients = new AtomicLong();
    private boolean frozen; // guarded by gate

    /** Starts one that leads to {@code target}. */
    public TcpRelay(InetSocketAddress target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    /** Starts one that leads to a port of the loopback interface. */
    public static TcpRelay to(int port) throws IOException {
        return new TcpRelay(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Returns the port that clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Returns how many bytes went to clients. */
    public long bytesToClients() {
        return toClients.get();
    }

    /** Resets all connections: neither side hears a goodbye. */
    public void cut() {
        pairs.forEach(Pair::reset);
    }

    /**
     * Lets nothing pass, without closing anything. New connections are accepted and are as mute.
     */
    public void freeze() {
        synchronized (gate) {
            frozen = true;
        }
    }

    /** Lets everything pass again, what has waited included. */
    public void thaw() {
        synchronized (gate) {
            frozen = false;
            gate.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        thaw();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("relay").start(() -> connect(client));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        var pair = new Pair(client, server);
        pairs.add(pair);
        try {
            passGate();
            server.connect(target);
            Thread.ofVirtual().name("relay").start(() -> pair.pump(server, client, toClients));
            pair.pump(client, server, new AtomicLong());
        } catch (IOException | InterruptedException _) {
            pair.reset(); // nobody there: the client sees it at once
        }
    }

    private void passGate() throws InterruptedException {
        synchronized (gate) {
            while (frozen) {
                gate.wait();
            }
        }
    }

    private final class Pair {
        private final Socket client;
        private final Socket server;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to, AtomicLong count) {
            try {
                var buffer = new byte[8192];
                var in = from.getInputStream();
                var out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    passGate();
                    out.write(buffer, 0, n);
                    count.addAndGet(n);
                }
                passGate();
                to.shutdownOutput();
                if (from.isOutputShutdown()) {
                    close();
                }
            } catch (IOException | InterruptedException _) {
                close(); // one side is gone, so the other is, too
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0); // close with RST
                server.setSoLinger(true, 0);
            } catch (IOException _) {
                // closed already
            }
            close();
        }

        private void close() {
            pairs.remove(this);
            try {
                client.close();
            } catch (IOException _) {
                // as good as closed
            }
            try {
                server.close();
            } catch (IOException _) {
                // as good as closed
            }
        }
    }
}

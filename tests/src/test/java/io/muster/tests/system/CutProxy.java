package io.muster.tests.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy for one port of this machine whose connections can be cut, and refused until they are
 * restored.
 */
final class CutProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    CutProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void cut() {
        cut = true;
        open.forEach(CutProxy::closeQuietly);
    }

    void restore() {
        cut = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var near = listener.accept();
                if (cut) {
                    near.close();
                    continue;
                }
                var far = new Socket();
                open.add(near);
                open.add(far);
                far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
                Thread.startVirtualThread(() -> pump(near, far));
                Thread.startVirtualThread(() -> pump(far, near));
            } catch (IOException e) {
                open.removeIf(Socket::isClosed); // one failed connection is the client's to retry
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (var a = from;
                var b = to) {
            InputStream in = a.getInputStream();
            OutputStream out = b.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            closeQuietly(from);
            closeQuietly(to);
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @SuppressWarnings("EmptyCatch") // closed is all it should be
    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}

package io.muster.agent.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * FIFOs in folders that others may write to: these could put something else in their place, such as
 * a link to a file of the machine, which is never opened nor followed.
 */
final class FifoFiles {
    private static final int OWNER_ONLY = 0600;
    private static final int KIND = 0170000; // inode(7)
    private static final int FIFO = 0010000;

    /** Of fcntl.h, which differs by machine. */
    private static final int NO_FOLLOW =
            System.getProperty("os.arch").equals("aarch64") ? 0x8000 : 0x20000;

    private FifoFiles() {}

    static void make(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (isFifo(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            Files.delete(path);
        }
        try {
            SystemCalls.makeFifo(path.toString(), OWNER_ONLY);
        } catch (SystemCallException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens a FIFO.
     *
     * @throws IOException also if there is something else
     */
    static int open(Path path, int flags) throws IOException {
        int fd;
        try {
            fd = SystemCalls.open(path.toString(), flags | NO_FOLLOW);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ELOOP) {
                throw isNoFifo(path);
            }
            throw e;
        }
        try {
            if (isFifo(opened(fd))) {
                return fd;
            }
        } catch (IOException e) {
            SystemCalls.close(fd);
            throw e;
        }
        SystemCalls.close(fd);
        throw isNoFifo(path);
    }

    /** Opens the FIFO once more that is open there, whatever is at its path by now. */
    static int openAgain(int fd, int flags) throws SystemCallException {
        return SystemCalls.open(opened(fd).toString(), flags);
    }

    private static Path opened(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    private static boolean isFifo(Path path, LinkOption... options) throws IOException {
        return ((int) Files.getAttribute(path, "unix:mode", options) & KIND) == FIFO;
    }

    private static IOException isNoFifo(Path path) {
        return new IOException(
                path + ": something else was put in the place of the FIFO; remove it there");
    }
}

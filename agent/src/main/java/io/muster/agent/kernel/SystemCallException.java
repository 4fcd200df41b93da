package io.muster.agent.kernel;

import java.io.IOException;

/** A system call that failed, with its error number. */
final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    SystemCallException(String call, int errno) {
        super(call + ": " + describe(errno));
        this.errno = errno;
    }

    int errno() {
        return errno;
    }

    /**
     * Numbers below 35 are the same on all architectures; the others here are on all that we know.
     */
    private static String describe(int errno) {
        return switch (errno) {
            case Errno.EPERM -> "not permitted (EPERM)";
            case Errno.ENOENT -> "no such file (ENOENT)";
            case Errno.ESRCH -> "no such process (ESRCH)";
            case Errno.EINTR -> "interrupted (EINTR)";
            case Errno.ENOMEM -> "out of memory (ENOMEM)";
            case Errno.EACCES -> "permission denied (EACCES)";
            case Errno.EINVAL -> "invalid argument (EINVAL)";
            case Errno.ENFILE -> "too many open files in the system (ENFILE)";
            case Errno.EMFILE -> "too many open files in this process (EMFILE)";
            case Errno.ENOSPC -> "no space or no more watches (ENOSPC)";
            case Errno.ENOSYS -> "not in this kernel (ENOSYS)";
            default -> "error " + errno;
        };
    }
}

package io.muster.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output that remembers why a write failed: a {@code PrintStream} tells only that. */
final class Outlet extends BufferedOutputStream {
    private @Nullable IOException trouble;

    Outlet(OutputStream out) {
        super(out);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            super.write(bytes, offset, length);
        } catch (IOException e) {
            throw remember(e);
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        try {
            super.flush();
        } catch (IOException e) {
            throw remember(e);
        }
    }

    private IOException remember(IOException e) {
        if (trouble == null) {
            trouble = e;
        }
        return e;
    }

    /** Returns the first failure. */
    synchronized Optional<IOException> trouble() {
        return Optional.ofNullable(trouble);
    }
}

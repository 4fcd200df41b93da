package io.muster.api.runtime;

/**
 * Reads what an instance has written, standard output and standard error as one.
 *
 * <p>One caller reads; {@link #finish} and {@link #close} may be called from any thread.
 */
public interface LogReader extends AutoCloseable {
    /**
     * Waits for output. Blocks; who does not call it for a while slows nobody down but the
     * runtime's own reading.
     *
     * @return how many bytes were put into {@code buffer}, at least one; -1 at the end, and after
     *     {@link #close}
     * @throws RuntimeFailure if there is more that cannot be read, saying why
     */
    int read(byte[] buffer) throws RuntimeFailure;

    /** The instance has ended for good: the end comes after what is there. */
    void finish();

    /** Stops reading, at once; whoever waits for output is told that it is over. */
    @Override
    void close();
}

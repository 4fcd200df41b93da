package io.muster.agent.kernel;

/** A listener until it is to hear nothing any more. */
final class Muffled implements Fifos.Listener {
    private final Fifos.Listener listener;
    private volatile boolean silent;

    Muffled(Fifos.Listener listener) {
        this.listener = listener;
    }

    /** It hears nothing from now on; any thread. */
    void silence() {
        silent = true;
    }

    boolean isSilent() {
        return silent;
    }

    private void tell(Runnable news) {
        if (!silent) {
            news.run();
        }
    }

    @Override
    public boolean read(byte[] bytes) {
        return silent || listener.read(bytes);
    }

    @Override
    public void writersLeft() {
        tell(listener::writersLeft);
    }

    @Override
    public void dropped(int messages) {
        tell(() -> listener.dropped(messages));
    }

    @Override
    public void gaveUp(byte[] message) {
        tell(() -> listener.gaveUp(message));
    }

    @Override
    public void readerCame() {
        tell(listener::readerCame);
    }

    @Override
    public void failed() {
        tell(listener::failed);
    }

    @Override
    public void roomy() {
        tell(listener::roomy);
    }
}

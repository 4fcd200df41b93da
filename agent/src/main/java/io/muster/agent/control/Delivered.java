package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.shell.Serial;

/** Hears what happens at a pair on any thread, and tells it on the serial. */
record Delivered(Serial serial, Fifos.Listener listener) implements Fifos.Listener {
    /** No more is read before that is dealt with. */
    @Override
    public boolean read(byte[] bytes) {
        serial.deliver(() -> listener.read(bytes));
        return false;
    }

    @Override
    public void writersLeft() {
        serial.deliver(listener::writersLeft);
    }

    @Override
    public void dropped(int messages) {
        serial.deliver(() -> listener.dropped(messages));
    }

    @Override
    public void gaveUp(byte[] message) {
        serial.deliver(() -> listener.gaveUp(message));
    }

    @Override
    public void readerCame() {
        serial.deliver(listener::readerCame);
    }

    @Override
    public void failed() {
        serial.deliver(listener::failed);
    }

    @Override
    public void roomy() {
        serial.deliver(listener::roomy);
    }
}

package io.muster.agent.control;

import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.ToWorkload;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** How a workload reads what it is told. */
public final class Reading {
    private final Framing framing = new Framing(Integer.MAX_VALUE);

    /** Returns what can be read without waiting. */
    public List<ToWorkload> take(FileInputStream input) {
        try {
            var told = new ArrayList<ToWorkload>();
            for (var each : framing.take(input.readNBytes(input.available()))) {
                told.add(ControlCodec.decodeToWorkload(each));
            }
            return told;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }
}

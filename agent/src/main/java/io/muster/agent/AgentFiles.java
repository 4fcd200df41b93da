package io.muster.agent;

import io.muster.agent.reconcile.Fence;
import io.muster.api.bus.Payload;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.DesiredState;
import io.muster.api.outcome.InWords;
import io.muster.api.shell.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The offline copy and the fence on the disk. Blocks; one call at a time. */
final class AgentFiles {
    static final String COPY = "desired";
    static final String FENCE = "fence";

    private final Disk disk;

    AgentFiles(Disk disk) {
        this.disk = disk;
    }

    /**
     * What was found.
     *
     * @param damage what cannot be read, for people; empty if all can
     */
    record Contents(Optional<DesiredState> copy, Fence fence, String damage) {}

    /** Reads what there is. Damage is told, and is no reason to do nothing. */
    Contents read() {
        var damage = new ArrayList<String>();
        var copy = copy(damage);
        var fence = fence(damage);
        return new Contents(copy, fence, String.join(" ", damage));
    }

    private Optional<DesiredState> copy(List<String> damage) {
        try {
            var bytes = disk.read(COPY);
            return bytes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LinkCodec.decodeDesired(Payload.of(bytes.get())));
        } catch (IOException | MalformedMessage e) {
            damage.add(
                    "The offline copy \"%s\" cannot be read (%s); waiting for the server."
                            .formatted(COPY, InWords.of(e)));
            return Optional.empty();
        }
    }

    private Fence fence(List<String> damage) {
        String why;
        try {
            var bytes = disk.read(FENCE);
            var fence =
                    bytes.isEmpty()
                            ? Optional.of(Fence.OPEN)
                            : Fence.parse(new String(bytes.get(), StandardCharsets.UTF_8));
            if (fence.isPresent()) {
                return fence.get();
            }
            why = "it is damaged";
        } catch (IOException e) {
            why = InWords.of(e);
        }
        damage.add("The file \"%s\" cannot be read (%s).".formatted(FENCE, why));
        return Fence.OPEN;
    }

    /**
     * Writes. The copy first: a copy of a new lineage without its fence still says what to obey,
     * but not the other way round.
     */
    void write(Optional<DesiredState> copy, Optional<Fence> fence) throws IOException {
        if (copy.isPresent()) {
            disk.write(COPY, LinkCodec.encode(copy.get()).bytes());
        }
        if (fence.isPresent()) {
            disk.write(FENCE, fence.get().text().getBytes(StandardCharsets.UTF_8));
        }
    }
}

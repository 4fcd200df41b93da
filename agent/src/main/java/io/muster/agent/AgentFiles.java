package io.muster.agent;

import io.muster.agent.reconcile.Fence;
import io.muster.api.bus.Payload;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.DesiredState;
import io.muster.api.outcome.InWords;
import io.muster.api.shell.Disk;
import io.muster.api.state.TimeSpan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The offline copy, the fence, and for how long contact was lost, on the disk. Blocks; one call at
 * a time for each.
 */
final class AgentFiles {
    static final String COPY = "desired";
    static final String FENCE = "fence";
    static final String LOST = "contact-lost";

    private final Disk disk;

    AgentFiles(Disk disk) {
        this.disk = disk;
    }

    /**
     * What was found.
     *
     * @param damage what cannot be read, for people; empty if all can
     * @param lost zero if contact was not lost for long
     */
    record Contents(Optional<DesiredState> copy, Fence fence, String damage, Duration lost) {}

    /** Reads what there is. Damage is told, and is no reason to do nothing. */
    Contents read() {
        var damage = new ArrayList<String>();
        var copy = copy(damage);
        var fence = fence(damage);
        var lost = lost(damage);
        return new Contents(copy, fence, String.join(" ", damage), lost);
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

    private Duration lost(List<String> damage) {
        String why;
        try {
            var bytes = disk.read(LOST);
            var lost =
                    bytes.isEmpty()
                            ? Optional.of(Duration.ZERO)
                            : TimeSpan.read(new String(bytes.get(), StandardCharsets.UTF_8));
            if (lost.isPresent()) {
                return lost.get();
            }
            why = "it is damaged";
        } catch (IOException e) {
            why = InWords.of(e);
        }
        damage.add(
                "The file \"%s\" cannot be read (%s); time without contact counts from now."
                        .formatted(LOST, why));
        return Duration.ZERO;
    }

    /** Writes how long contact was lost; zero is no file. */
    void write(Duration lost) throws IOException {
        if (lost.isZero()) {
            disk.delete(LOST);
        } else {
            disk.write(LOST, TimeSpan.write(lost).getBytes(StandardCharsets.UTF_8));
        }
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

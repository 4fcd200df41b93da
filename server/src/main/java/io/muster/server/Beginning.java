package io.muster.server;

import io.muster.api.name.Revision;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a startup manifest in force, and lets the server serve. As long as the disk has no room
 * for the manifest, what is stored is served, and the manifest is tried again; if nothing is stored
 * yet, there is nothing to serve, and all of it waits. On the server's serial.
 */
final class Beginning {
    private static final Duration LOOK_FOR_ROOM = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Beginning.class);

    private final ServerShell shell;
    private final Serial serial;
    private final StartupManifest manifest;
    private final Consumer<String> end;
    private boolean started;
    private boolean waits;

    /**
     * Makes one.
     *
     * @param end hears why the server cannot serve with this manifest
     */
    Beginning(ServerShell shell, Serial serial, StartupManifest manifest, Consumer<String> end) {
        this.shell = shell;
        this.serial = serial;
        this.manifest = manifest;
        this.end = end;
    }

    /** Begins; on the serial. */
    void begin() {
        shell.apply(
                manifest,
                outcome -> {
                    switch (outcome) {
                        case Applied.InForce _ -> start();
                        case Applied.Refused(var why) -> end.accept(why);
                        case Applied.NoRoom(var why) -> await(why);
                    }
                });
    }

    private void await(String why) {
        boolean stored = !shell.state().version().revision().equals(Revision.ZERO);
        if (!waits) {
            waits = true; // once, and not for each try
            log.atError()
                    .addKeyValue("reason", why)
                    .log(
                            stored
                                    ? "serving what is stored: the startup manifest is waiting for"
                                            + " room on the disk"
                                    : "not serving: the startup manifest is waiting for room on the"
                                            + " disk");
        }
        if (stored) {
            start();
        }
        serial.after(LOOK_FOR_ROOM, this::begin);
    }

    private void start() {
        if (!started) {
            started = true;
            shell.start();
        }
    }
}

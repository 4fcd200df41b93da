package io.muster.server;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the store is, for the server and for what is done beside it. */
final class StoreFolder {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where the store is. Default: /var/lib/muster/server for root, else"
                            + " $XDG_STATE_HOME/muster/server or ~/.local/state/muster/server.")
    private @Nullable Path stateDir;

    /** Returns what was said; empty if nothing was. */
    Optional<Path> named() {
        return Optional.ofNullable(stateDir);
    }
}

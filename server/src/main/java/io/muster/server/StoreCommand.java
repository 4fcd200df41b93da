package io.muster.server;

import io.muster.api.manifest.YamlWriter;
import io.muster.api.name.WorkloadName;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.store.Head;
import io.muster.api.store.StoreException;
import io.muster.api.tree.StateTree;
import io.muster.server.store.StoreFile;
import io.muster.server.store.StoreFile.Content;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster-server store}: what is done with a store beside the server. */
@Command(
        name = "store",
        description = "Looks at the store, copies it, and puts a copy back.",
        subcommands = {
            StoreCommand.Verify.class,
            StoreCommand.Backup.class,
            StoreCommand.Export.class,
            StoreCommand.Import.class
        },
        mixinStandardHelpOptions = true)
final class StoreCommand implements Callable<Integer> {
    StoreCommand() {}

    @Override
    public Integer call() throws ProgramFailure {
        throw ProgramFailure.misuse("say what to do: verify, backup, export or import");
    }

    private static String summary(Path path, Content content) {
        var head = content.head();
        var text = new StringBuilder();
        text.append(path).append(" is sound\n");
        line(text, "lineage", head.lineage().toString());
        line(text, "revision", head.revision().toString());
        line(text, "starts", Long.toString(head.epoch()));
        line(text, "workloads", Integer.toString(head.workloads().size()));
        line(text, "configs", Integer.toString(head.configs().size()));
        line(text, "agents", agents(head));
        line(text, "history", history(head));
        line(
                text,
                "answers",
                head.answers().size() + " remembered, for requests that are repeated");
        line(text, "schema", Integer.toString(content.schema()));
        line(text, "size", "%,d bytes".formatted(content.bytes()));
        if (content.cut()) {
            line(text, "log", "its last write cannot be read, and is left out");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("  %-10s %s%n".formatted(key, value));
    }

    private static String agents(Head head) {
        var drained = head.drained().stream().map(Object::toString).sorted().toList();
        return head.met().size()
                + (drained.isEmpty() ? "" : " (drained: " + String.join(", ", drained) + ")");
    }

    private static String history(Head head) {
        return head.past().isEmpty()
                ? "none"
                : "%d updates, revision %s to %s"
                        .formatted(
                                head.past().size(),
                                head.past().getFirst().revision(),
                                head.past().getLast().revision());
    }

    /** What all parts share: which store is meant, and how it is told what is wrong with it. */
    abstract static class Part implements Callable<Integer> {
        @Mixin private StoreFolder folder = new StoreFolder();
        @Spec private CommandSpec spec = CommandSpec.create();

        /** Does it, and returns what is to be printed. */
        abstract String text() throws StoreException;

        @Override
        public final Integer call() throws ProgramFailure {
            String text;
            try {
                text = text();
            } catch (StoreException e) {
                throw new ProgramFailure(String.valueOf(e.getMessage()), e);
            }
            var out = spec.commandLine().getOut();
            out.print(text);
            out.flush();
            return Program.DONE;
        }

        /** The state directory, named before or after "store", or the usual one. */
        final Path place() {
            return folder.named().orElseGet(main()::stateFolder);
        }

        final Main main() {
            return (Main) spec.root().userObject();
        }
    }

    /** A part that reads a backup, or the store in the state directory. */
    abstract static class Reading extends Part {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A backup, instead of the store in the state directory.")
        private @Nullable Path file;

        final StoreFile store() {
            return file == null ? StoreFile.in(place()) : new StoreFile(file);
        }
    }

    /** {@code muster-server store verify}. */
    @Command(
            name = "verify",
            description = {
                "Reads all of a store, checks it, and says what it holds. Changes nothing; the"
                        + " server may be running.",
                "Exit codes: 0 sound, 1 not, 2 misused."
            },
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class Verify extends Reading {
        Verify() {}

        @Override
        String text() throws StoreException {
            var store = store();
            return summary(store.path(), store.read());
        }
    }

    /** {@code muster-server store backup}. */
    @Command(
            name = "backup",
            description =
                    "Writes a copy of the store as of this moment, forced to disk, and checks it."
                            + " The server may be running, and goes on.",
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class Backup extends Part {
        @Parameters(paramLabel = "FILE", description = "The copy; must not exist.")
        private Path file = Path.of("");

        Backup() {}

        @Override
        String text() throws StoreException {
            StoreFile.in(place()).backUp(file);
            return summary(file, new StoreFile(file).read());
        }
    }

    /** {@code muster-server store export}. */
    @Command(
            name = "export",
            description = {
                "Prints the desired state as a manifest, which \"muster apply\" and"
                        + " --startup-manifest take. The server may be running.",
                "Lineage, history, edited tags and drained agents are no part of a manifest; to"
                        + " keep them, too, use \"backup\"."
            },
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class Export extends Reading {
        Export() {}

        @Override
        String text() throws StoreException {
            var store = store();
            return manifest(store.path(), store.read().head());
        }

        private static String manifest(Path path, Head head) {
            var workloads = new TreeMap<WorkloadName, Workload>();
            head.workloads().forEach((name, stored) -> workloads.put(name, stored.workload()));
            var state = State.of(workloads, head.configs());
            return "# revision %s of the store %s in %s%n"
                            .formatted(head.revision(), head.lineage(), path)
                    + YamlWriter.write(StateTree.of(state));
        }
    }

    /** {@code muster-server store import}. */
    @Command(
            name = "import",
            description = {
                "Makes a backup the store of the state directory. No server may be running there.",
                "The agents follow it as it is, although they may know a later desired state: what"
                        + " was changed since the backup was made is undone. A manifest is not"
                        + " imported, but applied."
            },
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class Import extends Part {
        @Parameters(
                paramLabel = "FILE",
                description = "A backup, or the store of another state directory.")
        private Path file = Path.of("");

        @Option(
                names = "--replace",
                description = "Put a store that is there aside, under a name that is told.")
        private boolean replace;

        Import() {}

        @Override
        String text() throws StoreException {
            var place = place();
            var aside = new StoreFile(file).putInto(place, main().diskAt(place), replace);
            var now = StoreFile.in(place);
            return summary(now.path(), now.read()) + former(aside);
        }

        private static String former(Optional<Path> aside) {
            return aside.map("what was there is %s now%n"::formatted).orElse("");
        }
    }
}

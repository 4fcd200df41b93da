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

    /** A file that was named, or the store in the state directory. */
    private static StoreFile choose(@Nullable Path file, StoreFolder folder, CommandSpec spec) {
        return file == null ? StoreFile.in(place(folder, spec)) : new StoreFile(file);
    }

    /** The state directory, named before or after "store", or the usual one. */
    private static Path place(StoreFolder folder, CommandSpec spec) {
        return folder.named().orElseGet(main(spec)::stateFolder);
    }

    private static Main main(CommandSpec spec) {
        return (Main) spec.root().userObject();
    }

    private static ProgramFailure failed(StoreException e) {
        return new ProgramFailure(String.valueOf(e.getMessage()), e);
    }

    private static int say(CommandSpec spec, String text) {
        var out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
        return Program.DONE;
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
    static final class Verify implements Callable<Integer> {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A backup, instead of the store in the state directory.")
        private @Nullable Path file;

        @Mixin private StoreFolder folder = new StoreFolder();
        @Spec private CommandSpec spec = CommandSpec.create();

        Verify() {}

        @Override
        public Integer call() throws ProgramFailure {
            var store = choose(file, folder, spec);
            try {
                return say(spec, summary(store.path(), store.read()));
            } catch (StoreException e) {
                throw failed(e);
            }
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
    static final class Backup implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The copy; must not exist.")
        private Path file = Path.of("");

        @Mixin private StoreFolder folder = new StoreFolder();
        @Spec private CommandSpec spec = CommandSpec.create();

        Backup() {}

        @Override
        public Integer call() throws ProgramFailure {
            try {
                choose(null, folder, spec).backUp(file);
                return say(spec, summary(file, new StoreFile(file).read()));
            } catch (StoreException e) {
                throw failed(e);
            }
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
    static final class Export implements Callable<Integer> {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A backup, instead of the store in the state directory.")
        private @Nullable Path file;

        @Mixin private StoreFolder folder = new StoreFolder();
        @Spec private CommandSpec spec = CommandSpec.create();

        Export() {}

        @Override
        public Integer call() throws ProgramFailure {
            var store = choose(file, folder, spec);
            try {
                return say(spec, manifest(store.path(), store.read().head()));
            } catch (StoreException e) {
                throw failed(e);
            }
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
    static final class Import implements Callable<Integer> {
        @Parameters(
                paramLabel = "FILE",
                description = "A backup, or the store of another state directory.")
        private Path file = Path.of("");

        @Mixin private StoreFolder folder = new StoreFolder();

        @Option(
                names = "--replace",
                description = "Put a store that is there aside, under a name that is told.")
        private boolean replace;

        @Spec private CommandSpec spec = CommandSpec.create();

        Import() {}

        @Override
        public Integer call() throws ProgramFailure {
            var place = place(folder, spec);
            try {
                var aside = new StoreFile(file).putInto(place, main(spec).diskAt(place), replace);
                var now = StoreFile.in(place);
                return say(spec, summary(now.path(), now.read()) + former(aside));
            } catch (StoreException e) {
                throw failed(e);
            }
        }

        private static String former(Optional<Path> aside) {
            return aside.map("the former store is %s now%n"::formatted).orElse("");
        }
    }
}

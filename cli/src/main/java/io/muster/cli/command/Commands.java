package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.cli.arguments.Command;
import io.muster.cli.arguments.Command.Operands;
import io.muster.cli.arguments.Misuse;
import io.muster.cli.arguments.Option;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All commands, and those that change the desired state. */
public final class Commands {
    /** Asks for the version. */
    public static final Option VERSION =
            Option.flag("-V", "--version", "Show the name and the version of this program.");

    private static final String HELP =
            """
            Says what should run in a cluster, and shows what does.

            Options win over environment variables (MUSTER_SERVER_URL for --server-url, and so on), \
            these over the configuration file.

            Exit codes: 0 done, also when a workload ended Failed; 1 failed, the reason is on \
            standard error; 2 misused; 130 ended with Ctrl-C, and what was accepted before stays in \
            force.\
            """;

    private static final Option APPLY_AGENT =
            Option.value(
                    "",
                    "--agent",
                    "AGENT",
                    "The agent for all workloads, whatever the manifests say. \"\" is none.");
    private static final Option DELETE =
            Option.flag("-d", "--delete", "Delete what the manifests name, instead of setting it.");

    private static final Option RUNTIME =
            Option.value("", "--runtime", "RUNTIME", "What starts it, such as podman or native.")
                    .mandatory();
    private static final Option RUNTIME_CONFIG =
            Option.value("", "--config", "CONFIG", "The runtimeConfig: text for the runtime.")
                    .mandatory();
    private static final Option AGENT =
            Option.value("", "--agent", "AGENT", "Where it is to run.").mandatory();
    private static final Option TAGS =
            Option.value("", "--tags", "KEY=VALUE", "A tag; may be given more than once.").many();

    private Commands() {}

    /** Returns the program's own command, with all others below. */
    public static Command<Action> muster() {
        return Command.group(
                "muster",
                HELP,
                List.of(
                        Settings.SERVER_URL,
                        Settings.CONFIG,
                        Settings.CLUSTER,
                        Settings.INSECURE,
                        Settings.BROKER_USER,
                        Settings.BROKER_PASSWORD_FILE,
                        Settings.BROKER_PASSWORD,
                        Settings.BROKER_CA,
                        Settings.RESPONSE_TIMEOUT,
                        Settings.NO_WAIT,
                        Settings.QUIET,
                        Settings.VERBOSE,
                        VERSION),
                List.of(apply(), run(), delete(), Views.get()));
    }

    private static Command<Action> apply() {
        return Command.<Action>of(
                        "apply",
                        """
                        Set the workloads and configs of manifests, and wait until reality has \
                        followed.

                        What the manifests do not name is left alone.\
                        """,
                        Commands::apply,
                        List.of(APPLY_AGENT, DELETE))
                .with(Operands.any("FILE", "A manifest; - is standard input."));
    }

    private static void apply(Call call) throws ProgramFailure, Misuse, InterruptedException {
        var files = call.line().operands();
        if (files.indexOf(ManifestFiles.STANDARD_INPUT)
                != files.lastIndexOf(ManifestFiles.STANDARD_INPUT)) {
            throw call.misuse("standard input (-) can be read only once");
        }
        var agent = call.line().value(APPLY_AGENT);
        if (agent.isPresent()) {
            Arguments.agent(call, agent.get());
        }
        if (files.isEmpty()) {
            call.terminal().inform(List.of("Nothing to update."));
            return;
        }
        try (var connection = call.connect()) {
            var state =
                    ManifestFiles.read(call.terminal(), call.surroundings().input(), files, agent);
            if (state.equals(State.EMPTY)) {
                call.terminal().inform(List.of("Nothing to update."));
                return;
            }
            var update = call.line().has(DELETE) ? Update.deleting(state) : Update.setting(state);
            update.perform(call, connection, "Command failed");
        }
    }

    private static Command<Action> run() {
        return Command.group(
                "run",
                "Run something without a manifest.",
                List.of(),
                List.of(
                        Command.<Action>of(
                                        "workload",
                                        "Set one workload, and wait until it runs.",
                                        Commands::run,
                                        List.of(RUNTIME, RUNTIME_CONFIG, AGENT, TAGS))
                                .with(Operands.one("NAME", "The name of the workload."))));
    }

    private static void run(Call call) throws ProgramFailure, Misuse, InterruptedException {
        var line = call.line();
        var name = Arguments.workload(call, line.operands().getFirst());
        var workload =
                Workload.of(
                                Arguments.agent(call, line.value(AGENT).orElse("")),
                                line.value(RUNTIME).orElse(""),
                                line.value(RUNTIME_CONFIG).orElse(""))
                        .withTags(new TreeMap<>(tags(call, line.all(TAGS))));
        try (var connection = call.connect()) {
            Update.setting(State.EMPTY.with(name, workload))
                    .perform(call, connection, "Failed to run workloads");
        }
    }

    private static Map<String, String> tags(Call call, List<String> texts) throws Misuse {
        var tags = new TreeMap<String, String>();
        for (var text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw call.misuse("--tags \"%s\": write KEY=VALUE".formatted(text));
            }
            var key = text.substring(0, equals);
            if (tags.putIfAbsent(key, text.substring(equals + 1)) != null) {
                throw call.misuse("--tags: \"%s\" is given twice; leave one out".formatted(key));
            }
        }
        return tags;
    }

    private static Command<Action> delete() {
        return Command.group(
                "delete",
                "Delete what should not run any more.",
                List.of(),
                List.of(
                        Command.<Action>of(
                                        "workload",
                                        "Delete workloads, and wait until they are gone.",
                                        Commands::delete,
                                        List.of())
                                .alias("workloads")
                                .with(Operands.some("NAME", "The name of a workload."))));
    }

    private static void delete(Call call) throws ProgramFailure, Misuse, InterruptedException {
        var names = Arguments.workloads(call, call.line().operands());
        try (var connection = call.connect()) {
            Update.deleting(names).perform(call, connection, "Failed to delete workloads");
        }
    }
}

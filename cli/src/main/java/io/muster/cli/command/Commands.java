package io.muster.cli.command;

import io.muster.api.program.Version;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** All commands. Each is declared beside what it does. */
public final class Commands {
    private static final String HELP =
            """
            Says what should run in a cluster, and shows what does.

            Options of muster itself stand before the command. They win over environment variables \
            (MUSTER_SERVER_URL for --server-url, and so on), these over the configuration file.

            Exit codes: 0 done, also when a workload ended Failed; 1 failed, the reason is on \
            standard error; 2 misused; 3 there is a difference, where --exit-code asks for that; 130 ended with Ctrl-C, and what was accepted before stays in \
            force.\
            """;

    private Commands() {}

    /** Returns the program's own command, with all others below; it reads one command line. */
    public static CommandLine muster() {
        var options = new ArrayList<OptionSpec>(Settings.options());
        options.add(
                OptionSpec.builder("-V", "--version")
                        .type(boolean.class)
                        .versionHelp(true)
                        .description("Show the name and the version of this program.")
                        .build());
        var program =
                Specs.group(
                        "muster",
                        HELP,
                        List.copyOf(options),
                        Apply.command(),
                        Apply.plan(),
                        Past.history(),
                        Past.diff(),
                        Past.rollback(),
                        RunWorkload.group(),
                        SetState.group(),
                        Delete.group(),
                        Drain.drain(),
                        Drain.undrain(),
                        Preload.group(),
                        Views.group(),
                        Top.command(),
                        Logs.command(),
                        Validate.command(),
                        Validate.schema(),
                        Simulate.command(),
                        Broker.group(),
                        Guides.completion(),
                        Guides.help());
        program.versionProvider(() -> new String[] {"muster " + Version.current()});
        return Specs.line(program);
    }
}

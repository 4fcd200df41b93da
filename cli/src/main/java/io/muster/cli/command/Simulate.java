package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.cli.terminal.WindowSize;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Plays manifests in a simulated cluster; {@code muster-sim} does it. */
final class Simulate {
    private static final String PROGRAM = "muster-sim";
    private static final String AGENTS = "--agents";
    private static final String FILE = "--file";
    private static final String FOR = "--for";
    private static final String OUTPUT = "--output";
    private static final String SCENARIO = "--scenario";
    private static final String SEED = "--seed";
    private static final String SVG = "--svg";

    /** Of its text: narrower shows nothing, wider helps nobody. */
    private static final int NARROWEST = 60;

    private static final int WIDEST = 160;
    private static final int USUAL = 100;

    private Simulate() {}

    static CommandSpec command() {
        return Specs.question(
                "simulate",
                """
                Play manifests in a simulated cluster, with the faults of a scenario, and show what \
                becomes of each workload. Needs no server.

                The real server and real agents run in virtual time, with simulated nodes, disks, \
                runtimes and network; nothing is started. Agents are those that the workloads name, \
                and agent_A, agent_B ... besides, up to --agents. The same seed gives the same \
                output. Exit codes: 0 in the end all was as wished, 1 it was not.\
                """,
                Simulate::run,
                Specs.many("MANIFEST", "What to play; - is standard input.", "-f", FILE),
                Specs.value("FILE", "What happens to it. Default: nothing", SCENARIO),
                Specs.value("N", "How many agents. Default: those that the workloads name", AGENTS),
                Specs.value("N", "Of what is left to chance. Default: 1", SEED),
                Specs.value(
                        "TIME",
                        "How long it goes on, such as 90s or 5m. Default: until all has been as"
                                + " wished for 20 s after the last step, at most 5 min",
                        FOR),
                Specs.value("FILE", "Draw it, too.", SVG),
                Specs.choice(
                        "FORMAT",
                        List.of("json"),
                        "json, for programs. Default: text",
                        "-o",
                        OUTPUT));
    }

    private static int run(Call call) throws ProgramFailure, InterruptedException {
        var files = call.all(FILE);
        if (files.isEmpty()) {
            throw call.misuse("--file is missing; name a manifest: muster simulate -f MANIFEST");
        }
        ManifestFiles.checkOnce(call, files);
        var words = new ArrayList<>(List.of("simulate"));
        files.forEach(file -> words.add(FILE + "=" + file));
        for (var option : List.of(SCENARIO, AGENTS, SEED, FOR, SVG, OUTPUT)) {
            call.value(option).ifPresent(value -> words.add(option + "=" + value));
        }
        words.add("--width=" + width(call.terminal().window()));
        if (call.terminal().showsColours()) {
            words.add("--color");
        }
        return call.surroundings().programs().run(PROGRAM, words);
    }

    private static int width(WindowSize window) {
        return window.equals(WindowSize.UNBOUNDED)
                ? USUAL
                : Math.clamp(window.columns(), NARROWEST, WIDEST);
    }
}

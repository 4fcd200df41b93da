package io.muster.simulators;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.outcome.InWords;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.scenario.ScenarioTimes;
import io.muster.simulators.timeline.DocumentView;
import io.muster.simulators.timeline.SvgView;
import io.muster.simulators.timeline.TextView;
import io.muster.simulators.timeline.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster-sim simulate}: a user's manifest with a user's faults. */
@Command(
        name = "simulate",
        description = {
            "Plays a manifest with the faults of a scenario, in virtual time, and shows what"
                    + " becomes of each workload. \"muster simulate\" starts this.",
            "Agents are those that workloads name, and agent_A, agent_B ... besides, up to"
                    + " --agents."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 in the end all was as wished, 1 it was not, 2 misused.",
        })
final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "MANIFEST",
            required = true,
            description = "What to play; may be given more than once; - is standard input.")
    private List<String> files = List.of();

    @Option(
            names = "--scenario",
            paramLabel = "FILE",
            description = "What happens to it. Default: nothing.")
    private @Nullable String scenario;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many agents there are. Default: those that workloads name")
    private int agents;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Of what is left to chance; the same seed gives the same output. Default:"
                            + " ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description =
                    "How long it goes on, such as 90s or 5m. Default: until all has been as wished"
                            + " for 20 s after the last step, at most 5 min")
    private @Nullable String lasting;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw it, too.")
    private @Nullable Path svg;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json, for programs. Default: text")
    private @Nullable String output;

    @Option(
            names = "--width",
            paramLabel = "COLUMNS",
            defaultValue = "100",
            description = "Of the text. Default: ${DEFAULT-VALUE}")
    private int width;

    @Option(names = "--color", description = "Use colours.")
    private boolean coloured;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final InputStream input;

    SimulateCommand() {
        this(Main.input());
    }

    SimulateCommand(InputStream input) {
        this.input = input;
    }

    @Override
    public Integer call() throws ProgramFailure {
        check();
        var setting =
                new SettingReader(input).read(files, Optional.ofNullable(scenario), agents, seed);
        if (lasting != null) {
            var time =
                    ScenarioTimes.parse(lasting)
                            .filter(each -> !each.isZero())
                            .orElseThrow(() ->
                                    ProgramFailure.misuse(
                                            "--for: \"%s\" is no time; %s"
                                                    .formatted(lasting, ScenarioTimes.REMEDY)));
            setting = setting.lasting(time);
        }
        var timeline = play(setting);
        if (svg != null) {
            draw(timeline, svg);
        }
        var said = spec.commandLine().getOut();
        if (output == null) {
            TextView.lines(timeline, width, coloured).forEach(said::println);
        } else {
            said.print(JsonWriter.write(DocumentView.tree(timeline)));
        }
        said.flush();
        return timeline.amiss().isEmpty() ? Program.DONE : Program.FAILED;
    }

    private void check() throws ProgramFailure {
        Arguments.within("--agents", agents, 0, Plan.MOST_AGENTS);
        Arguments.within("--width", width, TextView.NARROWEST, TextView.WIDEST);
        if (output != null && !output.equals("json")) {
            throw ProgramFailure.misuse(
                    "--output: \"%s\" is no format; write json".formatted(output));
        }
    }

    private static Timeline play(Setting setting) throws ProgramFailure {
        try {
            return new Rehearsal(setting).play();
        } catch (AssertionError e) {
            throw new ProgramFailure(
                    ("Muster broke a promise in this simulation, seed %d: %s; this is a bug of"
                                    + " Muster: please report it with manifest and scenario")
                            .formatted(setting.seed(), e.getMessage()),
                    e);
        }
    }

    private static void draw(Timeline timeline, Path file) throws ProgramFailure {
        try {
            Files.writeString(file, SvgView.draw(timeline));
        } catch (IOException e) {
            throw new ProgramFailure(
                    "--svg: %s cannot be written: %s; name another place"
                            .formatted(file, InWords.of(e)),
                    e);
        }
    }
}

package io.muster.agent.runtime.nativeprocess;

import static java.util.stream.Collectors.joining;

import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Starts workloads below a tiny shell that records what happens and outlives the agent.
 *
 * <p>The shell is no child of the agent ({@code setsid --fork}), so a workload that this agent
 * started and one that it found are the same to it, and nobody has to wait for children. In the
 * instance's folder the shell writes, each in one line at once:
 *
 * <ul>
 *   <li>{@code supervisor}: boot id, own pid and start time
 *   <li>{@code main}: the same of the workload's main process
 *   <li>{@code exit}: its exit code; 128 plus the signal for one that was killed
 * </ul>
 *
 * <p>A line counts only with its end, so a torn one is none. When the shell has ended, the exit
 * code is there: that is why the agent watches the shell and not the main process.
 *
 * <p>The main process leads a session of its own, so that signals to its group miss the shell, and
 * starts with default signals: shells make what they start in the background ignore SIGINT and
 * SIGQUIT, and the agent itself may have been started so. When it has ended, the rest of its group
 * is killed, as a container does.
 */
final class Supervisor {
    private static final Duration START = Duration.ofSeconds(30);

    /** On a machine so slow that the shell takes longer than output is awaited. */
    private static final int LOOKS = 200;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private static final String SHELL = "/bin/sh";

    /** When a process started, in {@code ticks}. The fields of stat follow the name in brackets. */
    private static final String STARTED =
            """
            set -f
            started() {
                read -r stat <"/proc/$1/stat" || return 1
                set -- ${stat##*) }
                shift 19
                ticks=$1
            }
            """;

    /**
     * What becomes the main process: it writes down itself who it is, as it may have ended before
     * anybody else could. Argument: the boot. What goes wrong is told on 3, its output is not yet
     * that of the workload.
     */
    private static final String MAIN =
            STARTED
                    + """
                    { started $$ && echo "$1 $$ $ticks" >main; } 2>&3 || exit 1
                    exec 3>&-
                    . ./run
                    """;

    /** Arguments: the folder, {@code env}, {@code setsid}, {@link #MAIN}. */
    private static final String SCRIPT =
            STARTED
                    + """
                    cd "$1" || exit 1
                    read -r boot </proc/sys/kernel/random/boot_id || exit 1
                    started $$ || exit 1
                    echo "$boot $$ $ticks" >supervisor || exit 1
                    "$2" -i --default-signal "$3" /bin/sh -c "$4" main "$boot" </dev/null 3>&2 >>output 2>&1 &
                    main=$!
                    exec >/dev/null 2>&1
                    wait $main
                    code=$?
                    [ -s main ] && echo $code >exit
                    kill -s KILL -- -$main
                    """;

    private final Processes processes;
    private final String searchPath;

    Supervisor(Processes processes, Map<String, String> environment) {
        this.processes = processes;
        this.searchPath = environment.getOrDefault("PATH", Executables.DEFAULT_PATH);
    }

    /** Returns what the shell runs: the workload with exactly this environment. */
    static String runScript(NativeConfig config, Path program, Map<String, String> environment) {
        var script = new StringBuilder();
        script.append("cd ").append(quoted(config.workingDirectory())).append(" || exit 126\n");
        script.append("unset OLDPWD\n");
        environment.forEach((name, value) ->
                script.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n'));
        script.append("exec ").append(quoted(program.toString()));
        config.args().forEach(arg -> script.append(' ').append(quoted(arg)));
        return script.append('\n').toString();
    }

    /** Within single quotes a shell leaves everything as it is, except their end. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /**
     * Starts what the folder describes. When this returns, supervisor and main process are recorded
     * there.
     *
     * @throws RuntimeFailure retryable
     */
    void start(InstanceFolder folder) throws RuntimeFailure {
        var setsid = tool("setsid", "util-linux");
        var env = tool("env", "coreutils");
        var command =
                new Processes.Command(
                        List.of(
                                setsid,
                                "--fork",
                                SHELL,
                                "-c",
                                SCRIPT,
                                "muster-supervisor",
                                folder.path().toString(),
                                env,
                                setsid,
                                MAIN),
                        new TreeMap<>(),
                        "",
                        START);
        try {
            var finished = processes.run(command); // until the shell has closed its end, normally
            var deadline = LOOKS;
            while (folder.main().isEmpty()) {
                if (finished.exitCode() != 0 || !finished.errors().isBlank() || deadline-- == 0) {
                    throw new RuntimeFailure(
                            "the process could not be started%s; native workloads need setsid of util-linux 2.32 or later, and room for their files in %s"
                                    .formatted(why(finished), folder.path()),
                            true);
                }
                TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
            }
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "the process could not be started: " + e.getMessage(), true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while the process was started", true, e);
        }
    }

    private static String why(Processes.Finished finished) {
        var errors = finished.errors().lines().map(String::strip).collect(joining("; "));
        return errors.isEmpty() ? "" : ": " + errors;
    }

    private String tool(String name, String from) throws RuntimeFailure {
        return Executables.onPath(name, searchPath)
                .map(Path::toString)
                .orElseThrow(() ->
                        new RuntimeFailure(
                                "native workloads need the program \"%s\" of %s, which is not on the agent's PATH (%s); install it"
                                        .formatted(name, from, searchPath),
                                true));
    }
}

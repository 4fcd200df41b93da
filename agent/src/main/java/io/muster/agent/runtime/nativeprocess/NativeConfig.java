package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.runtime.Faults;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The runtimeConfig of a native workload.
 *
 * @param command a program: a path, relative to the working directory, or a name on the PATH
 * @param env added to what every native workload gets
 * @param workingDirectory absolute
 * @param stopSignal the number of the signal that asks it to end
 * @param stopTimeout how long it may take to end before it is killed
 */
record NativeConfig(
        String command,
        List<String> args,
        Map<String, String> env,
        String workingDirectory,
        int stopSignal,
        Duration stopTimeout) {
    private static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(10);

    /** Less than the deadline of the task: one that is interrupted begins with the grace again. */
    private static final Duration LONGEST_STOP_TIMEOUT = Duration.ofMinutes(10);

    private static final List<String> KEYS =
            List.of("command", "args", "env", "workingDirectory", "stopSignal", "stopTimeout");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern TIME =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?) ?(ms|s|m|h)?");

    static NativeConfig parse(String runtimeConfig) throws RuntimeFailure {
        var config = RuntimeConfig.parse(runtimeConfig);
        var faults = new Faults();
        faults.check(() -> config.allowOnly(KEYS));
        var parsed =
                new NativeConfig(
                        faults.read("", () -> config.mandatoryText("command", "/usr/bin/sleep")),
                        faults.read(List.of(), () -> config.texts("args")),
                        faults.read(Map.of(), () -> config.textMap("env")),
                        faults.read("/", () -> config.text("workingDirectory").orElse("/")),
                        faults.read(SignalName.TERM, () -> stopSignal(config.text("stopSignal"))),
                        faults.read(
                                DEFAULT_STOP_TIMEOUT,
                                () -> stopTimeout(config.text("stopTimeout"))));
        faults.check(parsed::checkFolder);
        for (var name : parsed.env().keySet()) {
            faults.check(() -> checkVariable(name));
        }
        faults.check(parsed::checkTexts);
        faults.conclude();
        return parsed;
    }

    private void checkFolder() throws RuntimeFailure {
        if (!workingDirectory.startsWith("/")) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.workingDirectory",
                    "\"%s\" is relative, but to what? Write an absolute path"
                            .formatted(workingDirectory));
        }
    }

    private static void checkVariable(String name) throws RuntimeFailure {
        if (!VARIABLE.matcher(name).matches()) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.env." + name,
                    "is no name of an environment variable; use letters, digits and _, not a digit"
                            + " first");
        }
    }

    private void checkTexts() throws RuntimeFailure {
        boolean zero =
                Stream.of(List.of(command, workingDirectory), args, env.values())
                        .flatMap(java.util.Collection::stream)
                        .anyMatch(text -> text.indexOf('\0') >= 0);
        if (zero) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig", "a text holds the character 0, which no program can be given");
        }
    }

    private static int stopSignal(Optional<String> text) throws RuntimeFailure {
        if (text.isEmpty()) {
            return SignalName.TERM;
        }
        var number = SignalName.number(text.get());
        if (number.isEmpty()) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.stopSignal",
                    "\"%s\" is no signal; use one of %s"
                            .formatted(text.get(), SignalName.examples()));
        }
        return number.getAsInt();
    }

    private static Duration stopTimeout(Optional<String> text) throws RuntimeFailure {
        if (text.isEmpty()) {
            return DEFAULT_STOP_TIMEOUT;
        }
        var matcher = TIME.matcher(text.get().strip());
        if (!matcher.matches()) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.stopTimeout",
                    "\"%s\" is no time; write seconds, such as 10, or 500ms, 10s, 2m"
                            .formatted(text.get()));
        }
        var unit = matcher.group(2);
        long millis =
                switch (unit == null ? "s" : unit) {
                    case "ms" -> 1;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 1_000;
                };
        var timeout =
                Duration.ofMillis(
                        new BigDecimal(matcher.group(1))
                                .multiply(BigDecimal.valueOf(millis))
                                .longValue());
        if (timeout.compareTo(LONGEST_STOP_TIMEOUT) > 0) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.stopTimeout",
                    "\"%s\" is too long; use at most 10m".formatted(text.get()));
        }
        return timeout;
    }
}

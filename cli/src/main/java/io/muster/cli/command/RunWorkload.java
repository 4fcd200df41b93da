package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;

/** Sets one workload without a manifest. */
final class RunWorkload {
    private static final String RUNTIME = "--runtime";
    private static final String CONFIG = "--config";
    private static final String AGENT = "--agent";
    private static final String TAGS = "--tags";

    private RunWorkload() {}

    static CommandSpec group() {
        return Specs.group("run", "Run something without a manifest.", List.of(), workload());
    }

    private static CommandSpec workload() {
        return Specs.command(
                "workload",
                "Set one workload, and wait until it runs.",
                RunWorkload::run,
                Specs.one("NAME", "The name of the workload."),
                Specs.required("RUNTIME", "What starts it, such as podman or native.", RUNTIME),
                Specs.required("CONFIG", "The runtimeConfig: text for the runtime.", CONFIG),
                Specs.required("AGENT", "Where it is to run.", AGENT),
                Specs.many("KEY=VALUE", "A tag; may be given more than once.", TAGS));
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var name = Arguments.workload(call, call.operands().getFirst());
        var workload =
                Workload.of(
                                Arguments.agent(call, call.value(AGENT).orElse("")),
                                call.value(RUNTIME).orElse(""),
                                call.value(CONFIG).orElse(""))
                        .withTags(new TreeMap<>(tags(call, call.all(TAGS))));
        try (var connection = call.connect()) {
            Update.setting(State.EMPTY.with(name, workload))
                    .perform(call, connection, Update.Words.RUN, "Failed to run workloads");
        }
    }

    private static Map<String, String> tags(Call call, List<String> texts) {
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
}

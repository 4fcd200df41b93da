package io.muster.cli.command;

import io.muster.api.name.AgentName;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.FieldMask;
import java.util.ArrayList;
import java.util.List;

/** Reads what stands on the command line into values of the domain. */
final class Arguments {
    private Arguments() {}

    static WorkloadName workload(Call call, String text) {
        if (!Names.isName(text)) {
            throw call.misuse("workload name \"%s\" %s".formatted(text, Names.complaint(text)));
        }
        return new WorkloadName(text);
    }

    static List<WorkloadName> workloads(Call call, List<String> texts) {
        var names = new ArrayList<WorkloadName>();
        for (var text : texts) {
            names.add(workload(call, text));
        }
        return names;
    }

    /** Names of configs, each once and in order. */
    static List<String> configs(Call call, List<String> texts) {
        for (var text : texts) {
            if (!Names.isName(text)) {
                throw call.misuse("config name \"%s\" %s".formatted(text, Names.complaint(text)));
            }
        }
        return texts.stream().distinct().sorted().toList();
    }

    /** An agent's name, or nothing at all for "not scheduled". */
    static String agent(Call call, String text) {
        if (!text.isEmpty() && !Names.isName(text)) {
            throw call.misuse("agent name \"%s\" %s".formatted(text, Names.complaint(text)));
        }
        return text;
    }

    /** Names of agents, each once and in order. */
    static List<AgentName> agents(Call call, List<String> texts) {
        for (var text : texts) {
            if (!Names.isName(text)) {
                throw call.misuse("agent name \"%s\" %s".formatted(text, Names.complaint(text)));
            }
        }
        return texts.stream().distinct().sorted().map(AgentName::new).toList();
    }

    static List<FieldMask> masks(Call call, List<String> texts) {
        var masks = new ArrayList<FieldMask>();
        for (var text : texts) {
            switch (FieldMask.parse(text)) {
                case Outcome.Accepted<FieldMask>(var mask) -> masks.add(mask);
                case Outcome.Refused<FieldMask>(var problems) ->
                        throw call.misuse(problems.getFirst().toString());
            }
        }
        return masks;
    }
}

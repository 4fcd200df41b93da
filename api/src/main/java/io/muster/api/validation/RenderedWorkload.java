package io.muster.api.validation;

import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.template.WorkloadTemplates;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Fills in the templates of a workload and checks what only then can be checked. */
public final class RenderedWorkload {
    private static final int MAX_QUOTED = 100;

    private RenderedWorkload() {}

    /**
     * Renders and checks.
     *
     * @param configs all there are, by name
     * @return the workload without configs, its agent a name or empty
     */
    public static Outcome<Workload> of(
            WorkloadName name, Workload written, Map<String, ConfigItem> configs) {
        return WorkloadTemplates.render(name, written, configs)
                .then(rendered -> {
                    var problems = problems(name, rendered);
                    return problems.isEmpty()
                            ? Outcome.accepted(rendered)
                            : Outcome.refused(problems);
                });
    }

    private static List<Problem> problems(WorkloadName name, Workload rendered) {
        var problems = new ArrayList<Problem>();
        var path = "desiredState.workloads." + name;
        var agent = rendered.agent();
        if (!agent.isEmpty() && !Names.isName(agent)) {
            problems.add(
                    new Problem(
                            path + ".agent",
                            "\"%s\" %s".formatted(shortened(agent), Names.complaint(agent)),
                            "name an agent, or write \"\" for none"));
        }
        for (int i = 0; i < rendered.files().size(); i++) {
            if (rendered.files().get(i) instanceof WorkloadFile.BinaryFile(var _, var data)
                    && !isBase64(data)) {
                problems.add(
                        new Problem(
                                "%s.files[%d].binaryData".formatted(path, i),
                                "\"%s\" is no base64".formatted(shortened(data)),
                                "write what the program base64 prints, or text as data"));
            }
        }
        return problems;
    }

    /** Says whether it can be decoded, in lines or not, as agents decode it. */
    private static boolean isBase64(String text) {
        var joined = new StringBuilder(text.length());
        text.lines().forEach(line -> joined.append(line.strip()));
        try {
            var _ = Base64.getDecoder().decode(joined.toString());
            return joined.length() % 4 == 0; // the decoder does without padding
        } catch (IllegalArgumentException e) {
            return false; // that is what was asked
        }
    }

    private static String shortened(String text) {
        return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text;
    }
}

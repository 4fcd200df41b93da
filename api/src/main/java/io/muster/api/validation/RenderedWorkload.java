package io.muster.api.validation;

import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;
import io.muster.api.template.WorkloadTemplates;
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
                    var agent = rendered.agent();
                    return agent.isEmpty() || Names.isName(agent)
                            ? Outcome.accepted(rendered)
                            : Outcome.refused(
                                    "desiredState.workloads." + name + ".agent",
                                    "\"%s\" %s".formatted(shortened(agent), Names.complaint(agent)),
                                    "name an agent, or write \"\" for none");
                });
    }

    private static String shortened(String text) {
        return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text;
    }
}

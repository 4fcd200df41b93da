package io.muster.agent;

import io.muster.agent.reconcile.AgentLogic;
import io.muster.agent.reconcile.AgentState;
import io.muster.api.name.AgentName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what an operator would want to have seen of each step, once per change. */
record StepLog(AgentName agent) {
    /** Operators know these lines by the name of the agent. */
    private static final Logger log = LoggerFactory.getLogger(AgentShell.class);

    void write(AgentState before, AgentLogic.Step step) {
        for (var each : step.transitions()) {
            log.atInfo()
                    .addKeyValue("agent", agent)
                    .addKeyValue("workload", each.instance().workload())
                    .addKeyValue("changed-at", each.changedAt())
                    .addKeyValue("state", each.state())
                    .log("workload changed");
        }
        var after = step.next();
        if (!before.observed().equals(after.observed()) && after.observed().isPresent()) {
            log.atInfo()
                    .addKeyValue("agent", agent)
                    .addKeyValue("version", after.observed().get())
                    .log("obeying desired state");
        }
        if (before.trouble().equals(after.trouble())) {
            return;
        }
        if (after.trouble().isEmpty()) {
            log.atInfo().addKeyValue("agent", agent).log("no trouble any more");
        } else {
            log.atWarn()
                    .addKeyValue("agent", agent)
                    .addKeyValue("trouble", after.trouble())
                    .log("in trouble");
        }
    }
}

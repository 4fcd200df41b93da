package io.muster.simulators.plan;

import io.muster.api.state.Dependency;
import io.muster.api.state.RestartPolicy;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Happening.ApplyIfUnchanged;
import io.muster.simulators.plan.Happening.AtOnce;
import io.muster.simulators.plan.Happening.Befall;
import io.muster.simulators.plan.Happening.Delete;
import io.muster.simulators.plan.Happening.DeleteAgent;
import io.muster.simulators.plan.Happening.Disturb;
import io.muster.simulators.plan.Happening.Drain;
import io.muster.simulators.plan.Happening.DryRun;
import io.muster.simulators.plan.Happening.Preload;
import io.muster.simulators.plan.Happening.ReadLogs;
import io.muster.simulators.plan.Happening.RollBack;
import io.muster.simulators.plan.Happening.Settle;
import io.muster.simulators.plan.Happening.StopReading;
import io.muster.testkit.bus.NetworkFault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes plans as text: a head of settings, then one step a line, each with its time in seconds, a
 * verb, perhaps a name, and details as {@code key=value}. What is written is read by {@link
 * PlanReader}.
 */
public final class PlanText {
    static final String AGENTS = "agents";
    static final String LASTS = "lasts";
    static final String NETWORK = "network";
    static final String SEED = "seed";

    private PlanText() {}

    /** Returns the text of a plan. */
    public static String of(Plan plan) {
        var text = new StringBuilder();
        text.append(SEED).append(' ').append(plan.seed()).append('\n');
        text.append(AGENTS).append(' ').append(plan.agents()).append('\n');
        text.append(NETWORK).append(' ').append(plan.network().word()).append('\n');
        text.append(LASTS).append(' ').append(seconds(plan.lasting())).append('\n');
        plan.steps().forEach(step -> text.append(of(step)).append('\n'));
        return text.toString();
    }

    /** Returns the line of a step. */
    public static String of(Step step) {
        return seconds(step.at()) + ' ' + of(step.what());
    }

    /** Returns what happens, without its time. */
    public static String of(Happening happening) {
        return switch (happening) {
            case Apply apply -> "apply " + details(apply);
            case ApplyIfUnchanged(var apply, int age) ->
                    "apply-if-unchanged " + details(apply) + " age=" + age;
            case Delete(var name) -> "delete " + name;
            case AtOnce(var order) -> "at-once " + of(order);
            case Settle(var within) -> "settle within=" + seconds(within);
            case RollBack(int choice) -> "roll-back choice=" + choice;
            case DryRun(int ghost, var apply) -> "dry-run " + details(apply) + " ghost=" + ghost;
            case Drain(var agent, var lasting) ->
                    "drain %s for=%s".formatted(agent, seconds(lasting));
            case DeleteAgent(var agent) -> "delete-agent " + agent;
            case Preload(var agent, int count) -> "preload %s count=%d".formatted(agent, count);
            case ReadLogs(int count) -> "read-logs count=" + count;
            case StopReading(boolean dies) -> dies ? "reader-dies" : "stop-reading";
            case Befall befall -> of(befall);
            case Disturb(var fault, double rate, var lasting) ->
                    "network-%s rate=%s for=%s".formatted(word(fault), rate, seconds(lasting));
        };
    }

    private static String of(Befall befall) {
        var mishap = befall.mishap();
        var text = new StringBuilder(mishap.word());
        if (mishap.aim() != Mishap.Aim.NOTHING) {
            text.append(' ').append(befall.target());
        }
        if (mishap.lasts()) {
            text.append(" for=").append(seconds(befall.lasting()));
        }
        if (mishap.chooses()) {
            text.append(" choice=").append(befall.choice());
        }
        return text.toString();
    }

    private static String details(Apply apply) {
        var text = "%s agent=%s version=%d".formatted(apply.name(), apply.agent(), apply.version());
        if (apply.policy() != RestartPolicy.ALWAYS) {
            text += " policy=" + apply.policy();
        }
        if (apply.tag() != 0) {
            text += " tag=" + apply.tag();
        }
        return apply.needs().isEmpty()
                ? text
                : text
                        + " needs="
                        + apply.needs().entrySet().stream()
                                .map(need -> need.getKey() + ":" + word(need))
                                .collect(Collectors.joining(","));
    }

    private static String word(Map.Entry<?, Dependency> need) {
        var dependency = need.getValue();
        return dependency.condition().name() + ":" + dependency.onUpdate().spelling();
    }

    static String word(NetworkFault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns a time in seconds, without what is smaller than a millisecond. */
    static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }
}

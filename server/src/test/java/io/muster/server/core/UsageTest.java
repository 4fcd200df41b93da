package io.muster.server.core;

import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.tree.StateTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What single workloads use. */
final class UsageTest {
    private static final AgentAttributes.Status NODE = new AgentAttributes.Status(7, 100);
    private static final FieldMask ALL = FieldMask.of("agents", FieldMask.ANY, "usage");

    private final Core core = running();

    private static Core running() {
        var core = new Core().connected();
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(STERN, "b"))));
        core.announce(BOW, "i", "n").announce(STERN, "i", "n");
        core.report(BOW, core.all(1, core.wanted("web", Phase.RUNNING_OK)));
        core.report(STERN, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        return core;
    }

    private WorkloadUsage of(String workload, int cpuMillis) {
        return new WorkloadUsage(core.placed(workload).instance(), cpuMillis, 1_000);
    }

    private void told(AgentName agent, WorkloadUsage... usage) {
        core.on(new ServerEvent.Loaded(agent, new Load(NODE, List.of(usage))));
    }

    private List<WorkloadUsage> read(FieldMask... masks) {
        core.ask(BOB, "q", new Request.GetState(List.of(masks), false));
        var tree = ((StateAnswer) core.answer(BOB)).state();
        return StateTree.agents(tree).values().stream()
                .flatMap(each -> each.usage().stream())
                .toList();
    }

    @Test
    void is_read_where_a_mask_names_it() {
        told(BOW, of("web", 5));
        told(STERN, of("db", 6));
        assertThat(read(ALL)).containsExactly(of("web", 5), of("db", 6));
        assertThat(read(FieldMask.of("agents", "bow", "usage"))).containsExactly(of("web", 5));
        assertThat(read(FieldMask.of("agents", "stern", "usage", "db", "*", "cpuMillis")))
                .extracting(WorkloadUsage::cpuMillis)
                .containsExactly(6);
        assertThat(read(FieldMask.of("agents"), FieldMask.of("agents", "bow", "usage")))
                .containsExactly(of("web", 5));
    }

    @Test
    void is_no_part_of_what_is_read_otherwise() {
        told(BOW, of("web", 5));
        assertThat(read()).isEmpty();
        assertThat(read(FieldMask.of("agents"))).isEmpty();
        assertThat(read(FieldMask.of("agents", "bow"))).isEmpty();
        assertThat(read(FieldMask.of("*", "*", "*"))).isEmpty();
        assertThat(read(FieldMask.of("agents", "bow", "status"))).isEmpty();
    }

    @Test
    void is_no_event_whoever_listens_and_nothing_for_the_store() {
        told(BOW, of("web", 5));
        core.ask(BOB, "all", new Request.GetState(List.of(), true));
        core.ask(BOB, "usage", new Request.GetState(List.of(ALL), true));
        long last = core.state.events().last();
        told(BOW, of("web", 6));
        assertThat(core.effects).isEmpty();
        assertThat(core.state.events().last()).isEqualTo(last);
        assertThat(read(ALL)).containsExactly(of("web", 6));
    }

    @Test
    void ends_with_the_workload_at_once() {
        told(BOW, of("web", 5));
        core.report(BOW, core.all(2, core.wanted("web", Phase.SUCCEEDED_OK)));
        assertThat(read(ALL)).isEmpty();
    }

    @Test
    void is_what_was_told_last() {
        told(BOW, of("web", 5));
        told(BOW);
        assertThat(read(ALL)).isEmpty();
    }

    @Test
    void vanishes_with_the_connection_of_the_agent_and_outlives_another_announcement() {
        told(BOW, of("web", 5));
        core.announce(BOW, "i", "n");
        assertThat(read(ALL)).hasSize(1);
        core.will(BOW, "i", "n");
        assertThat(read(ALL)).isEmpty();
        core.announce(BOW, "i2", "n2");
        core.report(
                BOW,
                Core.report(
                        "i2",
                        "n2",
                        1,
                        core.version(1, 1),
                        List.of(core.wanted("web", Phase.RUNNING_OK))));
        assertThat(read(ALL)).isEmpty();
    }
}

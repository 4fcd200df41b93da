package io.muster.api.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.codec.LinkCodec;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AgentAttributes.Status;
import io.muster.api.state.WorkloadUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LoadTest {
    private static final Status NODE = new Status(3, 5);

    @Test
    void tells_of_those_that_use_the_most_if_there_are_too_many() {
        var all = new ArrayList<WorkloadUsage>();
        for (int i = 0; i < Load.MOST_WORKLOADS; i++) {
            all.add(usage("busy" + i, 7, 1));
        }
        all.add(usage("idle", 0, 100));
        all.add(usage("small", 0, 1));
        Collections.shuffle(all, new Random(1));
        var load = new Load(NODE, all);
        assertThat(load.workloads())
                .hasSize(Load.MOST_WORKLOADS)
                .noneMatch(each -> each.cpuMillis() == 0)
                .isSortedAccordingTo((a, b) -> a.instance().compareTo(b.instance()));
        all.removeIf(each -> each.instance().workload().value().equals("busy0"));
        assertThat(new Load(NODE, all).workloads()).contains(usage("idle", 0, 100));
    }

    @Test
    void takes_less_than_half_of_a_message_at_most() {
        var all = new ArrayList<WorkloadUsage>();
        for (int i = 0; i <= Load.MOST_WORKLOADS; i++) {
            var name = new WorkloadName("%063d".formatted(i));
            all.add(
                    new WorkloadUsage(
                            new InstanceName(name, "i".repeat(128), "bow"),
                            Integer.MAX_VALUE,
                            Long.MAX_VALUE));
        }
        assertThat(LinkCodec.encode(new Load(NODE, all)).bytes()).hasSizeLessThan(512 * 1024);
    }

    private static WorkloadUsage usage(String workload, int cpu, long memory) {
        return new WorkloadUsage(
                new InstanceName(new WorkloadName(workload), "1", "bow"), cpu, memory);
    }
}

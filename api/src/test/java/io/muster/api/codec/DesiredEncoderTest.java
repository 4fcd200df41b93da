package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Seeds;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Workload;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Encoding what changes a little, again and again. */
final class DesiredEncoderTest {
    private final TreeMap<WorkloadName, AssignedWorkload> workloads = new TreeMap<>();
    private long revision;

    private DesiredState desired() {
        return new DesiredState(
                new StateVersion(new Lineage("here"), 1, new Revision(revision)),
                false,
                new Addressee.Anybody(),
                List.copyOf(workloads.values()));
    }

    private void put(int number) {
        revision++;
        var name = new WorkloadName("w" + number);
        var workload =
                Workload.of("bow", "native", "command: sleep")
                        .withTags(new TreeMap<>(Map.of("revision", String.valueOf(revision))));
        workloads.put(
                name,
                new AssignedWorkload(
                        InstanceName.of(name, workload.runtimeConfig(), "bow"),
                        new Revision(revision),
                        workload));
    }

    @Test
    void gives_the_same_bytes_whatever_was_encoded_before() {
        Seeds.check(
                6,
                random -> {
                    workloads.clear();
                    var encoder = new DesiredEncoder();
                    int size = 1 + random.nextInt(1_500);
                    for (int i = 0; i < size; i++) {
                        put(random.nextInt(10_000));
                    }
                    for (int i = 0; i < 10; i++) {
                        for (int j = 0; j < random.nextInt(4); j++) {
                            put(random.nextInt(10_000));
                        }
                        if (random.nextBoolean() && workloads.size() > 1) {
                            workloads.pollFirstEntry();
                        }
                        if (random.nextInt(5) == 0) {
                            encoder.forget("bow");
                        }
                        var payload = encoder.encode("bow", desired());
                        assertThat(payload).isEqualTo(LinkCodec.encode(desired()));
                        assertThat(LinkCodec.decodeDesired(payload)).isEqualTo(desired());
                    }
                });
    }

    @Test
    void packs_about_as_well_as_in_one_piece() {
        for (int i = 0; i < 10_000; i++) {
            put(i);
        }
        var payload = new DesiredEncoder().encode("bow", desired());
        assertThat(payload.size()).isLessThan(250_000); // a seventh of what they are unpacked
    }
}

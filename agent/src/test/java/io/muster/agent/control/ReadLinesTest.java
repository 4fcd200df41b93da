package io.muster.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Payload;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReadLinesTest {
    private static final AgentName BOW = new AgentName("bow");
    private static final InstanceName WEB = instance("web");
    private static final InstanceName DB = instance("db");

    private static InstanceName instance(String name) {
        return InstanceName.of(new WorkloadName(name), "config", BOW.value());
    }

    private static LogLines lines(InstanceName instance, String... lines) {
        return new LogLines(instance, List.of(lines).stream().map(Payload::of).toList());
    }

    @Test
    void gives_the_lines_of_each_workload_in_order() {
        var lines =
                new ReadLines(
                        BOW,
                        List.of(
                                lines(DB),
                                lines(WEB, "one", "", "drei \u20ac"),
                                lines(DB, "four")));
        assertThat(lines.next().entries())
                .containsExactly(
                        new LogEntry(WEB, "one"),
                        new LogEntry(WEB, ""),
                        new LogEntry(WEB, "drei \u20ac"),
                        new LogEntry(DB, "four"));
        assertThat(lines.isOver()).isTrue();
    }

    @Test
    void gives_many_short_lines_in_pieces_since_each_names_its_workload() {
        var all = IntStream.range(0, 10_000).mapToObj(String::valueOf).toArray(String[]::new);
        var lines = new ReadLines(BOW, List.of(lines(WEB, all)));
        var told = new ArrayList<String>();
        while (!lines.isOver()) {
            var piece = lines.next().entries();
            assertThat(piece).hasSizeBetween(1, 1_000);
            piece.forEach(entry -> told.add(entry.message()));
        }
        assertThat(told).containsExactly(all);
    }

    @Test
    void gives_a_line_that_is_longer_than_a_piece_alone() {
        var lines = new ReadLines(BOW, List.of(lines(WEB, "x".repeat(40_000), "y")));
        assertThat(lines.next().entries()).hasSize(1);
        assertThat(lines.next().entries()).hasSize(1);
        assertThat(lines.isOver()).isTrue();
    }

    @Test
    void without_lines_is_over() {
        assertThat(new ReadLines(BOW, List.of(lines(WEB))).isOver()).isTrue();
    }
}

package io.muster.agent.runtime.nativeprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.runtime.nativeprocess.OutputTimes.Look;
import io.muster.agent.runtime.nativeprocess.OutputTimes.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputTimesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir private Path folder;
    private OutputTimes times;

    @BeforeEach
    void make() {
        times = OutputTimes.of(new InstanceFolder(folder));
    }

    @Test
    void know_nothing_without_notes_and_leave_nothing_out() throws Exception {
        assertThat(range(10, 20)).isEqualTo(Range.ALL);
    }

    @Test
    void are_right_to_two_seconds_while_writes_are_told() throws Exception {
        note(0, 0, false);
        note(100, 10, true);
        note(200, 20, true);
        assertThat(range(150, 300)).isEqualTo(new Range(10, Long.MAX_VALUE));
        assertThat(range(100, 198)).isEqualTo(new Range(0, 10));
        assertThat(range(101, 199)).isEqualTo(new Range(10, 20));
    }

    @Test
    void tell_the_whole_time_in_which_nobody_looked() throws Exception {
        note(0, 0, false);
        note(100, 10, true);
        note(200, 20, false);
        assertThat(range(50, 99)).isEqualTo(new Range(0, 10));
        assertThat(range(150, 101)).isEqualTo(new Range(10, 20));
    }

    @Test
    void begin_anew_when_somebody_emptied_the_output() throws Exception {
        note(0, 0, false);
        note(100, 10, true);
        note(200, 5, true);
        assertThat(range(150, 160)).isEqualTo(new Range(0, 5));
        note(300, 8, true);
        assertThat(range(250, 400)).isEqualTo(new Range(5, Long.MAX_VALUE));
    }

    @Test
    void leave_nothing_out_when_the_clock_is_set_back() throws Exception {
        note(0, 0, false);
        note(1000, 10, true);
        note(500, 20, true);
        note(600, 30, true);
        assertThat(range(550, 700)).isEqualTo(new Range(0, Long.MAX_VALUE));
        assertThat(range(2000, 599)).isEqualTo(new Range(30, 30));
    }

    @Test
    void count_only_whole_notes() throws Exception {
        note(0, 0, false);
        note(100, 10, true);
        Files.write(times.newer(), new byte[7], StandardOpenOption.APPEND);
        note(200, 20, true);
        assertThat(range(150, 300)).isEqualTo(new Range(10, Long.MAX_VALUE));
        assertThat(Files.size(times.newer())).isEqualTo(3 * 24);
    }

    @Test
    void are_bounded_and_coarser_then() throws Exception {
        note(0, 0, false);
        for (int second = 1; second <= 3 * OutputTimes.MOST; second++) {
            note(second, second, true);
        }
        assertThat(Files.size(times.newer())).isLessThanOrEqualTo(OutputTimes.MOST * 24L);
        for (int since = 100; since < 3 * OutputTimes.MOST; since += 321) {
            long from = range(since, 0).from();
            assertThat(from).isBetween(since - 32L, since - 1L);
        }
    }

    @Test
    void merge_what_is_near_and_keep_what_is_far() {
        var looks = new ArrayList<Look>();
        for (int i = 0; i < OutputTimes.MOST; i++) {
            long burst = i / 8 * 1_000_000L; // of eight looks in eight seconds
            long latest = burst + i % 8 * 1_000L;
            looks.add(new Look(Math.max(burst, latest - 2_000), latest, i));
        }
        var merged = OutputTimes.merged(looks);
        assertThat(merged).hasSize(OutputTimes.MOST / 8);
        assertThat(merged.get(1)).isEqualTo(new Look(1_000_000, 1_007_000, 15));
        assertThat(merged.getLast().length()).isEqualTo(OutputTimes.MOST - 1);
    }

    private void note(long second, long length, boolean watched) throws IOException {
        times.note(NOON.plusSeconds(second), length, watched);
    }

    private Range range(long since, long until) throws IOException {
        return times.range(
                Optional.of(NOON.plusSeconds(since)), Optional.of(NOON.plusSeconds(until)), 0);
    }
}

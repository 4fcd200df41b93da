package io.muster.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Seeds;
import io.muster.api.name.WorkloadName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class CyclesTest {
    @Test
    void a_workload_that_depends_on_itself_is_one() {
        assertThat(Cycles.find(wish(Map.of("a", List.of("a"))), names("a")))
                .containsExactly(List.of(new WorkloadName("a"), new WorkloadName("a")));
    }

    @Test
    void workloads_that_are_not_there_are_none() {
        assertThat(Cycles.find(wish(Map.of("a", List.of("ghost"))), names("a"))).isEmpty();
    }

    @Test
    void two_ways_to_one_workload_are_none() {
        var wish = wish(Map.of("a", List.of("b", "c"), "b", List.of("d"), "c", List.of("d")));
        assertThat(Cycles.find(wish, names("a"))).isEmpty();
    }

    @Test
    void leaves_out_those_that_only_lead_there() {
        var wish = wish(Map.of("a", List.of("b"), "b", List.of("c"), "c", List.of("b")));
        assertThat(texts(wish, "a")).containsExactly("b c b");
    }

    @Test
    void are_named_one_by_one() {
        var wish =
                wish(
                        Map.of(
                                "a", List.of("b", "x"),
                                "b", List.of("a"),
                                "x", List.of("y"),
                                "y", List.of("x"),
                                "z", List.of("z")));
        assertThat(texts(wish, "a", "b", "x", "y", "z")).containsExactly("a b a", "x y x", "z z");
    }

    @Test
    void that_share_a_workload_are_named_both() {
        var wish = wish(Map.of("a", List.of("b", "c"), "b", List.of("a"), "c", List.of("a")));
        assertThat(texts(wish, "a")).containsExactly("a b a", "a c a");
    }

    @Test
    void are_named_ten_at_most_and_long_ones_in_short() {
        var edges = new TreeMap<String, List<String>>();
        for (int i = 0; i < 50; i++) {
            edges.put("w" + i, List.of("w" + i));
        }
        assertThat(Cycles.find(wish(edges), names(edges.keySet().toArray(String[]::new))))
                .hasSize(10);
        for (int i = 0; i < 1_000; i++) {
            edges.put("w" + i, List.of("w" + (i + 1) % 1_000));
        }
        var found = Cycles.find(wish(edges), names("w0"));
        assertThat(Cycles.problem(found.getFirst()).what())
                .startsWith("is part of a cycle: w0 -> w1 -> ")
                .endsWith("-> w18 -> ... (981 more) -> w0");
    }

    @Test
    void are_found_in_chains_of_any_length() {
        var edges = new TreeMap<String, List<String>>();
        for (int i = 0; i < 20_000; i++) {
            edges.put("w" + i, List.of("w" + (i + 1)));
        }
        assertThat(Cycles.find(wish(edges), names("w0"))).isEmpty();
        edges.put("w20000", List.of("w0"));
        assertThat(Cycles.find(wish(edges), names("w0")))
                .singleElement()
                .satisfies(cycle -> assertThat(cycle).hasSize(20_002));
    }

    @Test
    void what_is_found_is_one_and_nothing_is_missed() {
        Seeds.check(
                300,
                random -> {
                    var edges = new TreeMap<String, List<String>>();
                    int count = 2 + random.nextInt(8);
                    for (int i = 0; i < count; i++) {
                        var targets = new TreeSet<String>();
                        for (int k = random.nextInt(3); k > 0; k--) {
                            targets.add("w" + random.nextInt(count));
                        }
                        edges.put("w" + i, List.copyOf(targets));
                    }
                    var found =
                            Cycles.find(wish(edges), names(edges.keySet().toArray(String[]::new)));
                    assertThat(!found.isEmpty()).isEqualTo(hasCycle(edges));
                    assertThat(found).doesNotHaveDuplicates();
                    found.forEach(cycle -> {
                        assertThat(cycle.getFirst()).isEqualTo(cycle.getLast());
                        for (int i = 0; i + 1 < cycle.size(); i++) {
                            assertThat(edges.get(cycle.get(i).value()))
                                    .contains(cycle.get(i + 1).value());
                        }
                    });
                });
    }

    /** Takes away what depends on nothing that is left, until nothing changes. */
    private static boolean hasCycle(Map<String, List<String>> edges) {
        var left = new HashSet<>(edges.keySet());
        while (left.removeIf(
                name -> edges.getOrDefault(name, List.of()).stream().noneMatch(left::contains))) {}
        return !left.isEmpty();
    }

    private static String text(List<WorkloadName> names) {
        return String.join(" ", names.stream().map(WorkloadName::value).toList());
    }

    private static List<String> texts(Cycles.Dependencies wish, String... from) {
        return Cycles.find(wish, names(from)).stream().map(CyclesTest::text).toList();
    }

    private static Set<WorkloadName> names(String... names) {
        var set = new TreeSet<WorkloadName>();
        for (var name : names) {
            set.add(new WorkloadName(name));
        }
        return set;
    }

    private static Cycles.Dependencies wish(Map<String, List<String>> edges) {
        return name ->
                edges.getOrDefault(name.value(), List.of()).stream()
                        .map(WorkloadName::new)
                        .toList();
    }
}

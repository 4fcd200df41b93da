package io.muster.api.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is written by masks is what the same masks read. */
final class MaskPropertyTest {
    @Test
    void what_was_written_is_read_by_the_same_masks() {
        Seeds.check(
                3_000,
                random -> {
                    var states = new RandomStates(random);
                    var base = states.state();
                    var wished = complete(states.state());
                    var masks = new ArrayList<FieldMask>();
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        masks.add(mask(states, 1 + random.nextInt(6), wished));
                    }
                    if (MaskUpdate.apply(base, wished, masks)
                            instanceof Outcome.Accepted<State>(var written)) {
                        assertThat(MaskReader.read(complete(written), masks))
                                .isEqualTo(MaskReader.read(wished, masks));
                        assertThat(MaskUpdate.apply(written, wished, masks))
                                .as("again, which changes nothing")
                                .isEqualTo(Outcome.accepted(written));
                    }
                });
    }

    @Test
    void what_was_removed_is_read_no_more() {
        Seeds.check(
                2_000,
                random -> {
                    var states = new RandomStates(random);
                    var base = states.state();
                    var mask = mask(states, 3 + random.nextInt(3), complete(base));
                    if (MaskUpdate.apply(base, Node.Entries.NONE, List.of(mask))
                            instanceof Outcome.Accepted<State>(var left)) {
                        var path = mask.segments();
                        var defaults = path.getLast().equals("restartPolicy");
                        assertThat(TreeEdit.find(complete(left), path).isPresent())
                                .isEqualTo(defaults || path.size() < 3);
                    }
                });
    }

    @Test
    void the_condition_of_a_dependency_is_read_and_written_however_it_is_written() {
        var web = Workload.of("bow", "native", "command: web");
        var db = new WorkloadName("db");
        var base = State.EMPTY.with(new WorkloadName("web"), on(web, db, OnUpdate.WAIT));
        var mask =
                FieldMask.of("desiredState", "workloads", "*", "dependencies", "db", "condition");
        for (var onUpdate : List.of(OnUpdate.WAIT, OnUpdate.RESTART)) {
            var state = State.EMPTY.with(new WorkloadName("web"), on(web, db, onUpdate));
            assertThat(TreeEdit.find(MaskReader.read(complete(state), List.of(mask)), PATH))
                    .contains(new Node.Text("ADD_COND_RUNNING"));
        }
        var wished =
                State.EMPTY.with(
                        new WorkloadName("web"),
                        web.withDependencies(
                                new TreeMap<>(
                                        Map.of(
                                                db,
                                                Dependency.on(AddCondition.ADD_COND_SUCCEEDED)))));
        assertThat(MaskUpdate.apply(base, complete(wished), List.of(new FieldMask(PATH))))
                .isEqualTo(Outcome.accepted(wished));
        assertThat(MaskUpdate.apply(base, Node.Entries.NONE, List.of(new FieldMask(PATH))))
                .isInstanceOf(Outcome.Refused.class);
    }

    private static final List<String> PATH =
            List.of("desiredState", "workloads", "web", "dependencies", "db", "condition");

    private static Workload on(Workload workload, WorkloadName other, OnUpdate onUpdate) {
        var dependency = new Dependency(AddCondition.ADD_COND_RUNNING, onUpdate);
        return workload.withDependencies(new TreeMap<>(Map.of(other, dependency)));
    }

    /**
     * A mask of a field that is there, without wildcards; it may lead into a dependency, however
     * that is written.
     */
    private static FieldMask mask(RandomStates states, int length, Node tree) {
        var segments = new ArrayList<String>();
        var node = tree;
        while (segments.size() < length
                && node instanceof Node.Entries(var entries)
                && !entries.isEmpty()) {
            var key = states.one(List.copyOf(entries.keySet()));
            segments.add(key);
            node = entries.getOrDefault(key, Node.Entries.NONE);
        }
        if (segments.size() == 5 && length > 5 && segments.get(3).equals("dependencies")) {
            segments.add("condition"); // of one that is a text
        }
        return new FieldMask(segments);
    }

    private static Node.Entries complete(State state) {
        return new Node.Entries(Map.of("desiredState", StateTree.of(state)));
    }
}

package io.muster.api.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.AccessRule.LogRule;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class WorkloadTest {
    private static final Workload FULL =
            new Workload(
                    "agent_A",
                    "podman",
                    "image: a",
                    RestartPolicy.ALWAYS,
                    new TreeMap<>(
                            Map.of(
                                    new WorkloadName("db"),
                                    Dependency.on(AddCondition.ADD_COND_RUNNING))),
                    new TreeMap<>(Map.of("owner", "team")),
                    new ControlInterfaceAccess(List.of(new LogRule(List.of("*"))), List.of()),
                    new TreeMap<>(Map.of("alias", "config")),
                    List.of(new WorkloadFile.TextFile("/a", "text")),
                    ImagePullPolicy.ALWAYS,
                    new LostContact.StopAfter(Duration.ofMinutes(1)));

    private static List<Change> changes() {
        return List.of(
                new Change("agent", each -> each.withAgent("other")),
                new Change("restartPolicy", each -> each.withRestartPolicy(RestartPolicy.NEVER)),
                new Change("dependencies", each -> each.withDependencies(new TreeMap<>())),
                new Change("tags", each -> each.withTags(new TreeMap<>())),
                new Change(
                        "controlInterfaceAccess",
                        each -> each.withAccess(ControlInterfaceAccess.NONE)),
                new Change(
                        "imagePullPolicy",
                        each -> each.withImagePullPolicy(ImagePullPolicy.IF_NOT_PRESENT)),
                new Change("lostContact", each -> each.withLostContact(LostContact.KEEP)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void another_value_of_one_field_leaves_all_others(Change change) throws Exception {
        var changed = change.apply.apply(FULL);

        for (var field : Workload.class.getRecordComponents()) {
            var now = value(changed, field.getName());
            if (field.getName().equals(change.field)) {
                assertThat(now).isNotEqualTo(value(FULL, change.field));
            } else {
                assertThat(now).as(field.getName()).isEqualTo(value(FULL, field.getName()));
            }
        }
    }

    private static Object value(Workload workload, String field)
            throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
        return Workload.class.getMethod(field).invoke(workload);
    }

    record Change(String field, UnaryOperator<Workload> apply) {
        @Override
        public String toString() {
            return field;
        }
    }
}

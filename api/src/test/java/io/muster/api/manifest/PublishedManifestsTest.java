package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.muster.api.Trees;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.State;
import io.muster.api.tree.StateTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Manifests that Ankaios published are read as they are. */
final class PublishedManifestsTest {
    @TestFactory
    Stream<DynamicTest> each_is_accepted_without_a_warning() throws IOException {
        try (var files = Files.list(folder())) {
            var manifests = files.sorted().toList();
            assertThat(manifests).hasSizeGreaterThanOrEqualTo(13);
            return manifests.stream()
                    .map(file ->
                            dynamicTest(
                                    file.getFileName().toString(),
                                    () -> assertThat(read(file).warnings()).isEmpty()));
        }
    }

    @Test
    void one_that_runs_nothing_is_an_empty_state() throws IOException {
        assertThat(read(folder().resolve("default_state.yaml")).state()).isEqualTo(State.EMPTY);
    }

    @Test
    void one_that_shows_everything_is_read_as_meant() throws IOException {
        var state = read(folder().resolve("schema_example.yaml")).state();
        var workload =
                Optional.ofNullable(state.workloads().get(new WorkloadName("test_workload")))
                        .orElseThrow();
        assertThat(Trees.lines(StateTree.of(workload)))
                .containsExactly(
                        "agent=prefix-{{arrays_of.items.2.which.can.be.mappings.again.2}}-suffix",
                        "restartPolicy=ON_FAILURE",
                        "dependencies.hello1=ADD_COND_SUCCEEDED",
                        "tags.owner=Ankaios team",
                        "runtime=podman",
                        "runtimeConfig=image: alpine:latest\n"
                                + "commandArgs: [ \"echo\", \"Hello Ankaios\"]",
                        "controlInterfaceAccess.allowRules=["
                                + "type=StateRule operation=Read"
                                + " filterMasks=[desiredState.workloads.*.agent], "
                                + "type=LogRule workloadNames="
                                + "[some*workload, workload_prefix*, *workload_suffix,"
                                + " just_a_name]]",
                        "configs.arrays_of=arrays_of",
                        "configs.my_config=mapping_of_objects",
                        "files=[mountPoint=/tmp/somefile.txt data=some data\n]");
        assertThat(state.configs().keySet())
                .containsExactly("agents", "arrays_of", "can_be", "mapping_of_objects");
    }

    private static Path folder() {
        var folder = PublishedManifests.folder();
        if (folder.isEmpty()) {
            var message = "there is no shared/data/ankaios-manifests beside the checkout";
            if (System.getenv("CI") != null) {
                throw new AssertionError(message);
            }
            abort(message);
        }
        return folder.orElseThrow();
    }

    private static Manifest read(Path file) throws IOException {
        return switch (ManifestReader.read(file.getFileName().toString(), Files.readString(file))) {
            case Outcome.Accepted<Manifest>(var manifest) -> manifest;
            case Outcome.Refused<Manifest>(var problems) ->
                    throw new AssertionError(List.copyOf(problems).toString());
        };
    }
}

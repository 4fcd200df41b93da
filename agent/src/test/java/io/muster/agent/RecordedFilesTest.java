package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.Fence;
import io.muster.api.host.DirectoryDisk;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.program.Version;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.testkit.disk.MemoryDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files of an agent of each released version are read today and say what they said, and what
 * this version writes is what was recorded of it. {@code -Drecord=true} records it again.
 */
final class RecordedFilesTest {
    private static final Path ALL = Path.of("src/test/recorded");
    private static final NodeId NODE = NodeId.of(new SplittableRandom(1));
    private static final Duration LOST = Duration.ofMinutes(90);
    private static final Fence FENCE = new Fence(List.of(at("l1", 3, 17), at("l0", 9, 4)));

    private static StateVersion at(String lineage, long epoch, long revision) {
        return new StateVersion(new Lineage(lineage), epoch, new Revision(revision));
    }

    static List<Path> versions() throws IOException {
        try (var folders = Files.list(ALL)) {
            return folders.sorted().toList();
        }
    }

    private static DesiredState copy() {
        var workload =
                Workload.of("bow", "native", "command: web")
                        .withRestartPolicy(RestartPolicy.ALWAYS)
                        .withTags(new TreeMap<>(Map.of("owner", "me")));
        return new DesiredState(
                at("l1", 3, 17),
                false,
                new Addressee.Node(NODE),
                false,
                List.of(
                        new AssignedWorkload(
                                InstanceName.of(
                                        new WorkloadName("web"), workload.runtimeConfig(), "bow"),
                                new Revision(12),
                                workload)),
                List.of());
    }

    @Test
    void this_version_writes_what_is_recorded_of_it() throws Exception {
        var disk = new MemoryDisk();
        var files = new AgentFiles(disk);
        files.write(Optional.of(copy()), Optional.of(FENCE));
        files.write(LOST);
        assertThat(NodeIdFile.read(disk, new SplittableRandom(1))).isEqualTo(NODE);
        var names = disk.list("");
        var folder = ALL.resolve(Version.current());
        if (Boolean.getBoolean("record")) {
            Files.createDirectories(folder);
            for (var name : names) {
                Files.write(folder.resolve(name), disk.read(name).orElseThrow());
            }
        }

        var recorded = new DirectoryDisk(folder);
        assertThat(recorded.list("")).containsExactlyElementsOf(names);
        for (var name : names) {
            assertThat(disk.read(name).orElseThrow())
                    .as("%s: if another file than before is wanted, use -Drecord=true", name)
                    .isEqualTo(recorded.read(name).orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void every_version_s_files_are_read_and_say_what_they_said(Path recorded) throws Exception {
        var disk = new DirectoryDisk(recorded);
        assertThat(new AgentFiles(disk).read())
                .isEqualTo(new AgentFiles.Contents(Optional.of(copy()), FENCE, "", LOST));
        assertThat(NodeIdFile.read(disk, new SplittableRandom(2))).isEqualTo(NODE);
    }
}

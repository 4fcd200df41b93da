package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.program.ProgramFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** "muster simulate", which leaves the work to another program. */
final class SimulateTest {
    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void hands_over_what_was_written() {
        cluster.run(
                        "simulate",
                        "-f",
                        "a.yaml",
                        "-f",
                        "-",
                        "--agents",
                        "5",
                        "--scenario",
                        "s.yaml",
                        "--seed",
                        "7",
                        "--for",
                        "5m",
                        "--svg",
                        "s.svg",
                        "-o",
                        "json")
                .succeeds();
        assertThat(cluster.started)
                .containsExactly(
                        "muster-sim simulate --file=a.yaml --file=- --scenario=s.yaml --agents=5"
                                + " --seed=7 --for=5m --svg=s.svg --output=json --width=100");
    }

    @Test
    void needs_a_manifest() {
        assertThat(cluster.run("simulate").failsWith(2).err)
                .contains("--file is missing; name a manifest: muster simulate -f MANIFEST");
        assertThat(cluster.started).isEmpty();
    }

    @Test
    void ends_as_the_other_program_does() throws Exception {
        script("muster-sim", "exit $#");
        assertThat(new Siblings(folder).run("muster-sim", List.of())).isZero();
        assertThat(new Siblings(folder).run("muster-sim", List.of("a b"))).isEqualTo(1);
        script("muster-sim", "kill -9 $$");
        assertThat(new Siblings(folder).run("muster-sim", List.of())).isEqualTo(1);
    }

    @Test
    void says_which_program_is_missing_and_what_to_do() {
        assertThatThrownBy(() -> new Siblings(folder).run("muster-sim", List.of()))
                .isInstanceOf(ProgramFailure.class)
                .hasMessage(
                        folder.resolve("muster-sim")
                                + ": there is no such program; unpack the whole distribution (bin"
                                + " and lib side by side), or build it: mvn -DskipTests package");
    }

    private void script(String name, String text) throws IOException {
        var file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

package io.muster.api.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StandardFoldersTest {
    private static final Path HOME = Path.of("/home/me");

    @Test
    void are_the_systems_for_root_whatever_the_environment_says() {
        var set = Map.of("XDG_STATE_HOME", "/s", "XDG_RUNTIME_DIR", "/r", "TMPDIR", "/t");
        var folders = new StandardFolders(true, "0", Path.of("/root"), set);
        assertThat(folders.state("server")).hasToString("/var/lib/muster/server");
        assertThat(folders.state("agent")).hasToString("/var/lib/muster/agent");
        assertThat(folders.run()).hasToString("/run/muster");
    }

    @Test
    void are_the_users_for_others() {
        assertThat(user(Map.of()).state("server"))
                .hasToString("/home/me/.local/state/muster/server");
        assertThat(user(Map.of()).run()).hasToString("/tmp/muster-1000");
        var set = Map.of("XDG_STATE_HOME", "/s", "XDG_RUNTIME_DIR", "/r", "TMPDIR", "/t");
        assertThat(user(set).state("agent")).hasToString("/s/muster/agent");
        assertThat(user(set).run()).hasToString("/r/muster");
        assertThat(user(Map.of("TMPDIR", "/t")).run()).hasToString("/t/muster-1000");
    }

    @Test
    void are_not_below_relative_or_empty_paths() {
        for (var none : new String[] {"", "s", "./s"}) {
            var set = Map.of("XDG_STATE_HOME", none, "XDG_RUNTIME_DIR", none, "TMPDIR", none);
            assertThat(user(set).state("agent")).hasToString("/home/me/.local/state/muster/agent");
            assertThat(user(set).run()).hasToString("/tmp/muster-1000");
        }
    }

    @Test
    void know_who_runs_this_process_by_number() throws Exception {
        var uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        var folders = StandardFolders.of(Map.of());
        assertThat(folders.user()).isEqualTo(uid.toString());
        assertThat(folders.root()).isEqualTo(uid.equals(0));
    }

    private static StandardFolders user(Map<String, String> environment) {
        return new StandardFolders(false, "1000", HOME, environment);
    }
}

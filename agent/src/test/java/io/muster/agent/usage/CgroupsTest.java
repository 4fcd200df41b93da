package io.muster.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files as kernels write them: this machine may have only one of the versions. */
final class CgroupsTest {
    @TempDir private Path folder;
    private Path proc;
    private Path mount;

    @BeforeEach
    void make() throws IOException {
        proc = Files.createDirectories(folder.resolve("proc"));
        mount = Files.createDirectories(folder.resolve("cgroup"));
    }

    private void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void mounts(String lines) throws IOException {
        write(
                proc.resolve("self/mountinfo"),
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
                        + lines.replace("MOUNT", mount.toString().replace(" ", "\\040")));
    }

    private void group(String process, String lines) throws IOException {
        write(proc.resolve(process + "/cgroup"), lines);
    }

    private Optional<Reading> read(long pid) throws IOException {
        var cgroups = Cgroups.find(proc);
        return cgroups.read(pid, cgroups.own());
    }

    @Test
    void version_2_counts_in_microseconds() throws Exception {
        mounts("31 23 0:28 / MOUNT rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
        group("self", "0::/system.slice/muster-agent.service\n");
        group("77", "0::/machine.slice/libpod-abc.scope\n");
        var scope = mount.resolve("machine.slice/libpod-abc.scope");
        write(scope.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n");
        write(scope.resolve("memory.current"), "10000\n");
        write(scope.resolve("memory.stat"), "anon 4000\ninactive_file 3000\nactive_file 1\n");
        assertThat(read(77)).contains(new Reading(1_500_000, 7_000));
    }

    /** As systemd does as the first process of a container. */
    @Test
    void a_process_in_a_group_below_its_container_stands_for_the_whole_container()
            throws Exception {
        mounts("31 23 0:28 / MOUNT rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
        group("self", "0::/system.slice/muster-agent.service\n");
        var name = "machine.slice/libpod-" + "0123456789abcdef".repeat(4) + ".scope";
        group("77", "0::/%s/init.scope\n".formatted(name));
        var scope = mount.resolve(name);
        write(scope.resolve("cpu.stat"), "usage_usec 1500\n");
        write(scope.resolve("memory.current"), "10000\n");
        write(scope.resolve("memory.stat"), "inactive_file 3000\n");
        write(scope.resolve("init.scope/cpu.stat"), "usage_usec 1\n");
        write(scope.resolve("init.scope/memory.current"), "1\n");
        assertThat(read(77)).contains(new Reading(1_500_000, 7_000));
    }

    /** As podman makes them with the manager cgroupfs. */
    @Test
    void each_container_of_a_pod_stands_for_itself() throws Exception {
        mounts("31 23 0:28 / MOUNT rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
        group("self", "0::/system.slice/muster-agent.service\n");
        var pod = "libpod_parent/" + "fedcba9876543210".repeat(4);
        use(pod, 1000);
        for (int i = 1; i <= 2; i++) {
            var name = pod + "/libpod-" + ("0123456789abcde" + i).repeat(4);
            group("7" + i, "0::/%s\n".formatted(name));
            use(name, i);
            group("8" + i, "0::/%s/init.scope\n".formatted(name));
            use(name + "/init.scope", 100);
        }
        assertThat(read(71)).contains(new Reading(1_000, 1));
        assertThat(read(72)).contains(new Reading(2_000, 2));
        assertThat(read(81)).contains(new Reading(1_000, 1));
        assertThat(read(82)).contains(new Reading(2_000, 2));
    }

    private void use(String group, int amount) throws IOException {
        var scope = mount.resolve(group);
        write(scope.resolve("cpu.stat"), "usage_usec %d\n".formatted(amount));
        write(scope.resolve("memory.current"), amount + "\n");
        write(scope.resolve("memory.stat"), "inactive_file 0\n");
    }

    @Test
    void version_1_has_a_tree_for_each_controller() throws Exception {
        mounts(
                """
                33 31 0:30 / MOUNT/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
                35 31 0:32 / MOUNT/memory rw,relatime - cgroup cgroup rw,memory
                41 31 0:38 / MOUNT/unified rw,relatime - cgroup2 cgroup2 rw
                """);
        group("self", "4:memory:/agent\n2:cpu,cpuacct:/agent\n0::/\n");
        group("77", "4:memory:/libpod/abc\n2:cpu,cpuacct:/libpod/abc\n0::/libpod/abc\n");
        write(mount.resolve("cpu,cpuacct/libpod/abc/cpuacct.usage"), "123456\n");
        write(mount.resolve("memory/libpod/abc/memory.usage_in_bytes"), "9000\n");
        write(mount.resolve("memory/libpod/abc/memory.stat"), "cache 1\ntotal_inactive_file 500\n");
        assertThat(read(77)).contains(new Reading(123_456, 8_500));
    }

    @Test
    void a_mount_may_show_only_a_part_of_the_tree() throws Exception {
        mounts("31 23 0:28 /outer MOUNT rw - cgroup2 cgroup2 rw\n");
        group("self", "0::/outer/agent\n");
        group("77", "0::/outer/box\n");
        group("78", "0::/elsewhere/box\n");
        write(mount.resolve("box/cpu.stat"), "usage_usec 1\n");
        write(mount.resolve("box/memory.current"), "2\n");
        var cgroups = Cgroups.find(proc);
        assertThat(cgroups.read(77, cgroups.own())).contains(new Reading(1_000, 2));
        assertThat(cgroups.read(78, cgroups.own())).isEmpty();
    }

    @Test
    void a_process_in_the_group_of_the_agent_has_none_of_its_own() throws Exception {
        mounts("31 23 0:28 / MOUNT rw - cgroup2 cgroup2 rw\n");
        group("self", "0::/agent\n");
        group("77", "0::/agent\n");
        write(mount.resolve("agent/cpu.stat"), "usage_usec 1\n");
        write(mount.resolve("agent/memory.current"), "2\n");
        assertThat(read(77)).isEmpty();
    }

    @Test
    void a_process_or_a_group_that_is_gone_is_not_counted() throws Exception {
        mounts("31 23 0:28 / MOUNT rw - cgroup2 cgroup2 rw\n");
        group("self", "0::/agent\n");
        group("77", "0::/gone\n");
        var cgroups = Cgroups.find(proc);
        assertThat(cgroups.read(76, cgroups.own())).isEmpty();
        assertThat(cgroups.read(77, cgroups.own())).isEmpty();
    }

    @Test
    void a_machine_without_memory_accounting_has_no_figures() throws Exception {
        mounts("31 23 0:28 / MOUNT rw - cgroup2 cgroup2 rw\n");
        group("self", "0::/agent\n");
        group("77", "0::/box\n");
        write(mount.resolve("box/cpu.stat"), "usage_usec 1\n");
        assertThat(read(77)).isEmpty();
    }

    @Test
    void what_is_no_number_is_named_with_its_file() throws Exception {
        mounts("31 23 0:28 / MOUNT rw - cgroup2 cgroup2 rw\n");
        group("self", "0::/agent\n");
        group("77", "0::/box\n");
        write(mount.resolve("box/cpu.stat"), "usage_usec many\n");
        var cgroups = Cgroups.find(proc);
        assertThatThrownBy(() -> cgroups.read(77, cgroups.own()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cpu.stat: \"many\" is no number");
    }
}

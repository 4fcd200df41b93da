package io.muster.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.shell.ProcessRef;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcStatTest {
    @Test
    void knows_this_boot() throws Exception {
        assertThat(ProcStat.bootId()).matches("[0-9a-f-]{36}").isEqualTo(ProcStat.bootId());
    }

    @Test
    void knows_when_a_process_started() throws Exception {
        var self = ProcStat.process(ProcessHandle.current().pid()).orElseThrow();
        assertThat(self.startTicks()).isPositive();
        assertThat(ProcStat.runs(self)).isTrue();
        assertThat(ProcStat.runs(new ProcessRef(self.pid(), self.startTicks() + 1))).isFalse();
    }

    @Test
    void is_not_confused_by_the_name_of_a_program(@TempDir Path folder) throws Exception {
        var program = folder.resolve("a ) R 1 (b");
        Files.copy(Path.of("/bin/cat"), program);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var process = new ProcessBuilder(program.toString()).start();
        try {
            var ref = ProcStat.process(process.pid()).orElseThrow();
            var self = ProcStat.process(ProcessHandle.current().pid()).orElseThrow();
            assertThat(ref.startTicks()).isGreaterThan(self.startTicks());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(ProcStat.process(process.pid())).isEmpty();
    }
}

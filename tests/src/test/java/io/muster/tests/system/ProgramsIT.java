package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgramsIT {
    @TempDir Path folder;

    private House house;

    @BeforeEach
    void build() throws IOException {
        house = new House(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"muster", "muster-server", "muster-agent", "muster-broker"})
    void say_who_they_are_and_how_they_are_used(String program) throws Exception {
        var version = house.run(program, "--version");
        assertThat(version.exit()).isZero();
        assertThat(version.out()).matches(program + " \\d+\\.\\d+\\.\\d+(\\s.*)?\\R");
        assertThat(version.err()).isEmpty();
        var help = house.run(program, "--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("Usage: " + program).contains("--insecure");
        assertThat(help.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "muster, --no-such-option",
        "muster-server, --no-such-option",
        "muster-agent, --no-such-option",
        "muster-broker, --no-such-option",
        "muster, get",
        "muster-agent, --insecure", // without a name
    })
    void end_with_2_when_misused(String program, String argument) throws Exception {
        var result = house.run(program, argument);
        assertThat(result.exit()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).isNotBlank();
        assertThat(result.out()).isEmpty();
    }

    @Test
    void play_a_manifest_with_faults_and_draw_what_becomes_of_it() throws Exception {
        var scenarios = Path.of("..", "examples", "scenarios");
        var drawing = folder.resolve("storm.svg");
        var result =
                house.run(
                        "muster",
                        "simulate",
                        "-f",
                        scenarios.resolve("shop.yaml").toString(),
                        "--agents",
                        "5",
                        "--scenario",
                        scenarios.resolve("storm.yaml").toString(),
                        "--svg",
                        drawing.toString());
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith("3 workloads on 5 agents, seed 1: ")
                .endsWith("In the end all was as wished.\n");
        assertThat(drawing).content().startsWith("<svg ");
    }

    @Test
    void refuse_to_start_without_tls_unless_told_to() throws Exception {
        for (var program : new String[] {"muster-server", "muster-broker"}) {
            var result = house.run(program, "-a", "127.0.0.1:" + house.port());
            assertThat(result.exit()).as(result.toString()).isEqualTo(1);
            assertThat(result.err()).contains("--insecure");
        }
        assertThat(house.run("muster-agent", "-n", "bow").err()).contains("--insecure");
        assertThat(house.run("muster", "get", "agents").err()).contains("--insecure");
    }

    @Test
    void a_server_with_a_bad_startup_manifest_ends_with_1_and_says_why() throws Exception {
        var file =
                house.file(
                        "startup.yaml", "apiVersion: v1\nworkloads:\n  one two:\n    agent: bow\n");
        var result =
                house.run(
                        "muster-server",
                        "-k",
                        "-a",
                        "127.0.0.1:" + house.port(),
                        "--state-dir",
                        folder.resolve("server").toString(),
                        "-m",
                        file.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("startup.yaml:3").contains("one two").contains("runtime");
    }

    @Test
    void a_startup_manifest_is_applied_once_and_what_came_later_stays() throws Exception {
        var file =
                house.file(
                        "startup.yaml",
                        NativeSystemIT.manifest()
                                + NativeSystemIT.workload("one", "bow", "exec sleep 1000001"));
        var server = house.server("-m", file.toString());
        house.agent("bow");
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(house.muster("delete", "workload", "one").exit()).isZero();
        assertThat(server.stop()).isZero();
        house.server("-m", file.toString());
        house.awaitAgent("bow");
        assertThat(house.muster("get", "workloads").out()).doesNotContain("one");
    }

    @Test
    void a_second_server_on_the_same_state_is_refused() throws Exception {
        house.server();
        var result =
                house.run(
                        "muster-server",
                        "-k",
                        "-a",
                        "127.0.0.1:" + House.freePort(),
                        "--state-dir",
                        folder.resolve("server").toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains(folder.resolve("server").toString()).contains("in use");
    }

    @Test
    void a_second_server_on_the_same_port_is_refused() throws Exception {
        house.server();
        var result =
                house.run("muster-server", "-k", "-a", "127.0.0.1:" + house.port(), "--ephemeral");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains(Integer.toString(house.port()));
    }

    @Test
    void a_client_without_a_server_says_so_at_once() throws Exception {
        var result = house.muster("get", "workloads");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: ").contains("127.0.0.1:" + house.port());
        assertThat(result.took()).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void stop_cleanly_and_leave_workloads_alone() throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                NativeSystemIT.manifest()
                        + NativeSystemIT.workload(
                                "one",
                                "bow",
                                "echo $$ >" + folder + "/one.pid; exec sleep 1000001"));
        long pid = house.pidIn("one.pid");
        assertThat(agent.stop()).isZero();
        assertThat(server.stop()).isZero();
        assertThat(ProcessHandle.of(pid)).isPresent();
        for (var log : new String[] {agent.log(), server.log()}) {
            assertThat(log).doesNotContain("WARNING:").doesNotContain("Exception");
        }
    }

    @Test
    void a_client_that_is_interrupted_says_what_stays_in_force() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        // "late" waits for an end that does not come: so does who applied it
        var file =
                house.file(
                        "manifest.yaml",
                        NativeSystemIT.manifest()
                                + NativeSystemIT.workload("one", "bow", "exec sleep 1000001")
                                + NativeSystemIT.workload("late", "bow", "exec sleep 1000001")
                                + "    dependencies: {one: ADD_COND_SUCCEEDED}\n");
        var client = house.onTerminal("apply", file.toString());
        client.awaitLog("Pending(WaitingToStart)");
        client.type("\u0003"); // Ctrl-C, which the terminal makes a SIGINT of
        assertThat(client.awaitEnd(House.PATIENCE)).isEqualTo(130);
        assertThat(client.log())
                .contains("note: interrupted; the update stays in force")
                .contains("\033[?25h"); // the cursor is back
        house.awaitWorkload("late", "Pending(WaitingToStart)");
    }

    @Test
    void the_broker_alone_serves_a_server_and_outlives_it() throws Exception {
        house.program("muster-broker", "-k", "-a", "127.0.0.1:" + house.port())
                .awaitLog("listening");
        var server = house.serverAtBroker();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                NativeSystemIT.manifest()
                        + NativeSystemIT.workload(
                                "one",
                                "bow",
                                "echo $$ >>%s/one.pid; exec sleep 1000001".formatted(folder)));
        house.awaitWorkload("one", "Running(Ok)");
        long pid = house.pidIn("one.pid");
        server.kill();
        house.serverAtBroker().awaitLog("ready");
        house.awaitWorkload("one", "Running(Ok)");

        assertThat(house.pidIn("one.pid")).as("one line, so one process").isEqualTo(pid);
        assertThat(agent.log().lines().filter(line -> line.contains(" connected ")))
                .as("the agent's connection was not touched")
                .hasSize(1);
    }
}

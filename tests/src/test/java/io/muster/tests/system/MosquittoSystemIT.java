package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("mosquitto")
final class MosquittoSystemIT {
    @TempDir Path folder;

    private House house;
    private RunningProgram mosquitto;

    @BeforeEach
    void start() throws IOException {
        house = new House(folder);
        mosquitto = mosquitto();
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
        mosquitto.close();
    }

    @Test
    void a_foreign_broker_serves_as_well_and_may_lose_everything_it_retains() throws Exception {
        var server = server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                NativeSystemIT.manifest()
                        + NativeSystemIT.workload(
                                "one",
                                "bow",
                                "echo $$ >" + folder + "/one.pid; exec sleep 1000001"));
        house.awaitWorkload("one", "Running(Ok)");
        long pid = house.pidIn("one.pid");

        mosquitto.kill();
        mosquitto = mosquitto();
        house.awaitWorkload("one", "Running(Ok)");

        server.kill();
        server();
        house.awaitWorkload("one", "Running(Ok)");
        var deleted = house.muster("delete", "workload", "one");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    private RunningProgram server() throws IOException {
        var server =
                house.program(
                        "muster-server",
                        "-k",
                        "--broker",
                        "mqtt://127.0.0.1:" + house.port(),
                        "--state-dir",
                        folder.resolve("server").toString());
        server.awaitLog("ready");
        return server;
    }

    private RunningProgram mosquitto() throws IOException {
        var config =
                house.file(
                        "mosquitto.conf",
                        "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n"
                                .formatted(house.port()));
        var binary =
                Files.isExecutable(Path.of("/usr/sbin/mosquitto"))
                        ? "/usr/sbin/mosquitto"
                        : "mosquitto";
        var program =
                RunningProgram.start(
                        "mosquitto",
                        List.of(binary, "-c", config.toString()),
                        Map.of(),
                        folder.resolve("mosquitto-" + System.nanoTime() + ".log"));
        program.awaitLog("running");
        return program;
    }
}

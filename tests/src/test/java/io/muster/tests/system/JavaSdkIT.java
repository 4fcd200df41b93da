package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the Java SDK as a native workload, with the jars of the distribution. */
final class JavaSdkIT {
    @TempDir Path folder;

    private House house;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder);
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @Test
    void the_example_starts_a_workload_and_sees_it_run() throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  lookout:
                    agent: bow
                    runtime: native
                    runtimeConfig: |
                      command: %s
                      args: ["-cp", "%s/*", "%s", "bow"]
                    controlInterfaceAccess:
                      allowRules:
                      - type: StateRule
                        operation: Read
                        filterMasks: ["agents", "workloadStates"]
                      - type: StateRule
                        operation: ReadWrite
                        filterMasks: ["desiredState.workloads.lantern"]
                """
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                House.repositoryFile("dist/target/muster/lib"),
                                House.repositoryFile("examples/Lookout.java")));
        house.awaitWorkload("lookout", "Succeeded(Ok)");
        house.awaitWorkload("lantern", "Running(Ok)");
        assertThat(house.muster("logs", "lookout").out())
                .contains("agents: [bow]", "added: [lantern.", "the lantern is lit");
    }
}

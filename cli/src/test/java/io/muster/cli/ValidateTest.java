package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** "muster validate", with no server anywhere. */
final class ValidateTest {
    private static final String GOOD =
            """
            apiVersion: v1
            workloads:
              web:
                agent: "{{place}}"
                runtime: podman
                runtimeConfig: "image: {{image}}"
                configs: {image: image, place: place}
            configs:
              image: nginx
              place: bow
            """;

    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void says_that_a_manifest_is_valid() throws IOException {
        var result = cluster.run("validate", "--strict", file("m.yaml", GOOD)).succeeds();
        assertThat(result.out).isEqualTo("Valid: 1 workload, 2 configs.\n");
        assertThat(result.err).isEmpty();
    }

    @Test
    void tells_of_templates_that_fail_where_the_field_was_written() throws IOException {
        var file = file("m.yaml", GOOD.replace("{{image}}", "{{imge}}"));
        assertThat(cluster.run("validate", file).failsWith(1).err)
                .contains(
                        file
                                + ":6:5: workloads.web.runtimeConfig: Failed to render field"
                                + " 'runtimeConfig': line 1, column 10: there is no \"imge\"; did"
                                + " you mean \"image\"?");
    }

    @Test
    void tells_of_agents_that_templates_make_impossible() throws IOException {
        var file = file("m.yaml", GOOD.replace("place: bow", "place: b.o.w"));
        assertThat(cluster.run("validate", file).failsWith(1).err)
                .contains(file + ":4:5: workloads.web.agent: \"b.o.w\" has characters other than");
    }

    @Test
    void names_the_cycle() throws IOException {
        var file =
                file(
                        "m.yaml",
                        """
                        apiVersion: v1
                        workloads:
                          a:
                            agent: bow
                            runtime: podman
                            runtimeConfig: x
                            dependencies: {b: ADD_COND_RUNNING}
                          b:
                            agent: bow
                            runtime: podman
                            runtimeConfig: x
                            dependencies: {a: ADD_COND_RUNNING}
                        """);
        assertThat(cluster.run("validate", file).failsWith(1).err)
                .contains(file + ":7:5: workloads.a.dependencies: is part of a cycle: a -> b -> a");
    }

    @Test
    void names_each_of_several_cycles() throws IOException {
        var file =
                file(
                        "m.yaml",
                        """
                        apiVersion: v1
                        workloads:
                          a: {agent: b, runtime: r, runtimeConfig: x, dependencies: {a: ADD_COND_FAILED}}
                          b: {agent: b, runtime: r, runtimeConfig: x, dependencies: {c: ADD_COND_RUNNING}}
                          c: {agent: b, runtime: r, runtimeConfig: x, dependencies: {b: ADD_COND_RUNNING}}
                        """);
        assertThat(cluster.run("validate", file).failsWith(1).err)
                .contains("is part of a cycle: a -> a;")
                .contains("is part of a cycle: b -> c -> b;");
    }

    @TestFactory
    Stream<DynamicTest> accepts_what_is_published() throws IOException {
        var folders =
                Stream.of(Path.of("examples"), Path.of("shared", "data", "ankaios-manifests"))
                        .flatMap(folder -> beside(folder).stream())
                        .toList();
        assertThat(folders).isNotEmpty();
        var tests = new ArrayList<DynamicTest>();
        for (var each : folders) {
            try (var files = Files.list(each)) {
                files.filter(file -> file.toString().endsWith(".yaml"))
                        .sorted()
                        .forEach(file ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                each.getFileName() + "/" + file.getFileName(),
                                                () ->
                                                        cluster.run(
                                                                        "validate",
                                                                        "--strict",
                                                                        file.toString())
                                                                .succeeds())));
            }
        }
        return tests.stream();
    }

    /** In one of the folders above the working directory. */
    private static Optional<Path> beside(Path folder) {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(above -> above.resolve(folder))
                .filter(Files::isDirectory)
                .findFirst();
    }

    @Test
    void warns_of_unknown_keys_and_refuses_them_with_strict() throws IOException {
        var file =
                file(
                        "m.yaml",
                        GOOD.replace(
                                "runtime: podman", "runtime: podman\n    restartpolicy: NEVER"));
        var complaint =
                file
                        + ":6:5: workloads.web.restartpolicy: \"restartpolicy\" is unknown and has"
                        + " no effect; did you mean restartPolicy?";
        assertThat(cluster.run("validate", file).succeeds().err)
                .isEqualTo("warning: " + complaint + "\n");
        assertThat(cluster.run("validate", "--strict", file).failsWith(1).err)
                .contains("warning: " + complaint);
    }

    @Test
    void names_the_misspelt_key_with_what_is_missing_for_it() throws IOException {
        var file = file("m.yaml", GOOD.replace("runtimeConfig:", "runtmeConfig:"));
        assertThat(cluster.run("validate", file).failsWith(1).err)
                .contains("workloads.web: runtimeConfig is missing")
                .contains(
                        file
                                + ":6:5: workloads.web.runtmeConfig: \"runtmeConfig\" is unknown"
                                + " and has no effect; did you mean runtimeConfig?");
    }

    @Test
    void takes_a_config_that_is_in_no_file_for_one_that_the_cluster_has() throws IOException {
        var file = file("m.yaml", GOOD.replace("  image: nginx\n", ""));
        var complaint =
                file
                        + ":7:15: workloads.web.configs.image: Workload references config key"
                        + " 'image' that does not exist";
        assertThat(cluster.run("validate", file).succeeds().err).contains("warning: " + complaint);
        assertThat(cluster.run("validate", "--strict", file).failsWith(1).err).contains(complaint);
        var other = file("c.yaml", "apiVersion: v1\nconfigs: {image: nginx}\n");
        assertThat(cluster.run("validate", "--strict", file, other).succeeds().out)
                .isEqualTo("Valid: 1 workload, 2 configs.\n");
    }

    /** One of each kind, of which none follows from another. */
    private static final String BAD =
            """
            apiVersion: v1
            workloads:
              a:
                agent: bow
                runtime: podman
                runtimeConfig: 7
                dependencies: {b: ADD_COND_RUNNING}
                zebra: 1
              b:
                agent: "{{place}}"
                runtime: podman
                runtimeConfig: "image: {{> other}}"
                dependencies: {a: RUNNING}
                configs: {place: place, x: gone, n: number}
              c:
                agent: "{{where}}"
                runtime: podman
                runtimeConfig: "{{#if}}{{where}}"
                configs: {where: gone}
                files: [{mountPoint: etc, data: "{{oops"}, {data: "{{n}}"}]
              d:
                agent: "b o w"
                <<: {runtime: podman}
                restartpolicy: NEVER
            configs:
              number: 7
              place: bow
            """;

    @Test
    void tells_all_that_is_wrong_at_once_and_nothing_that_only_follows() throws IOException {
        var file = file("m.yaml", BAD);
        var err = cluster.run("validate", "--strict", file).failsWith(1).err;
        assertThat(err.replace(file, "F").lines().skip(1).map(String::strip))
                .satisfiesExactlyInAnyOrder(
                        line ->
                                assertThat(line)
                                        .startsWith("F:6:20: workloads.a.runtimeConfig: \"7\""),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:7:5: workloads.a.dependencies: is part of a"
                                                        + " cycle"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "warning: F:8:5: workloads.a.zebra: \"zebra\" is"
                                                        + " unknown"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:12:5: workloads.b.runtimeConfig: Failed to"
                                                        + " render")
                                        .contains("no partial \"other\""),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:13:23: workloads.b.dependencies.a: \"RUNNING\""
                                                        + " is no"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "warning: F:14:29: workloads.b.configs.x: Workload"
                                                        + " references config key 'gone'"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:18:5: workloads.c.runtimeConfig: Failed to"
                                                        + " render"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "warning: F:19:15: workloads.c.configs.where:"
                                                        + " Workload references config key 'gone'"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:20:26: workloads.c.files[0].mountPoint: \"etc\""
                                                        + " is no path"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:20:31: workloads.c.files[0].data: Failed to"
                                                        + " render"),
                        line ->
                                assertThat(line)
                                        .startsWith("F:20:49: workloads.c.files[1].data: Failed to")
                                        .contains("there is no \"n\""),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:20:48: workloads.c.files[1]: mountPoint is"
                                                        + " missing"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "F:22:12: workloads.d.agent: \"b o w\" is no agent"
                                                        + " name"),
                        line -> assertThat(line).startsWith("F:23:5: merge keys (<<) are not read"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "warning: F:24:5: workloads.d.restartpolicy:"
                                                        + " \"restartpolicy\" is unknown"),
                        line ->
                                assertThat(line)
                                        .startsWith("F:26:11: configs.number: \"7\" is a number"));
    }

    @Test
    void apply_tells_the_same_before_anything_is_sent() throws IOException {
        var result = cluster.run("apply", file("m.yaml", BAD)).failsWith(1);
        assertThat(result.err)
                .contains("nothing was sent", "is part of a cycle: a -> b -> a")
                .contains("no partial \"other\"", "\"RUNNING\" is no", "warning: ");
    }

    @Test
    void names_both_places_of_what_is_in_two_files() throws IOException {
        var one = file("one.yaml", GOOD);
        var two =
                file(
                        "two.yaml",
                        GOOD.replace("{{image}}", "{{gone}}").replace("  place: bow\n", ""));
        assertThat(cluster.run("validate", one, two).failsWith(1).err.lines())
                .anyMatch(line ->
                        line.contains(
                                two
                                        + ":3:3: workloads.web: Multiple workloads with"
                                        + " the same name 'web' found, the other one at "
                                        + one
                                        + ":3:3; "))
                .anyMatch(line ->
                        line.contains(
                                two
                                        + ":9:3: configs.image: Multiple configs with"
                                        + " the same name 'image' found, the other one at "
                                        + one
                                        + ":9:3; "))
                .anyMatch(line -> line.contains(two + ":6:5: workloads.web.runtimeConfig: Failed"));
    }

    @Test
    void does_not_take_what_holds_nothing_for_a_manifest() throws IOException {
        for (var text :
                List.of("", "~\n", "null\n", "---\n", "# nothing\n", "---\n---\n~\n...\n")) {
            assertThat(cluster.run("validate", file("m.yaml", text)).failsWith(1).err)
                    .as(text)
                    .contains("is empty; write apiVersion: v1 and workloads");
        }
        assertThat(
                        cluster.run("validate", file("m.yaml", "---\n---\n" + GOOD + "---\n"))
                                .succeeds()
                                .out)
                .isEqualTo("Valid: 1 workload, 2 configs.\n");
        assertThat(
                        cluster.run(
                                        "validate",
                                        file(
                                                "m.yaml",
                                                GOOD.replace("podman", "7") + "---\n" + GOOD))
                                .failsWith(1)
                                .err)
                .contains(":11:1: holds a second document")
                .contains("workloads.web.runtime: \"7\" is a number");
    }

    @Test
    void tells_all_that_is_wrong_with_all_files() throws IOException {
        var one = file("one.yaml", "apiVersion: v2\nworkloads: {a: {runtime: podman}}\n");
        var two = file("two.yaml", GOOD.replace("{{image}}", "{{#if}}"));
        assertThat(cluster.run("validate", one, two, "gone.yaml").failsWith(1).err)
                .contains("Invalid manifest data provided:")
                .contains(one + ":1:13: apiVersion: \"v2\" is no apiVersion")
                .contains("agent is missing")
                .contains("runtimeConfig is missing")
                .contains(two + ":6:5: workloads.web.runtimeConfig: Failed to render")
                .contains("File 'gone.yaml' not found");
    }
}

package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of the examples, as its manifest says, with the SDK that its list requires. */
final class DashboardIT {
    private static final Path EXAMPLE = House.repositoryFile("examples/dashboard");
    private static final Path VENV = Path.of("target", "dashboard-venv").toAbsolutePath();
    private static final String SAILOR = "desiredState.workloads.sailor";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @TempDir Path folder;

    private House house;
    private String page;
    private String manifest;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder);
        int port = House.freePort();
        page = "http://127.0.0.1:" + port;
        manifest =
                Files.readString(EXAMPLE.resolve("dashboard.yaml"))
                        .replace("/opt/muster-dashboard/venv", venv().toString())
                        .replace("/opt/muster-dashboard", EXAMPLE.toString())
                        .replace("/var/lib/muster-dashboard", folder.resolve("keep").toString())
                        .replace("\"8088\"", "\"%d\"".formatted(port));
    }

    @AfterEach
    void tearDown() throws Exception {
        http.shutdownNow();
        house.tearDown();
    }

    /** Makes the environment as the README says, unless it is there for this list. */
    private static Path venv() throws IOException, InterruptedException {
        var required = EXAMPLE.resolve("requirements.txt");
        var ready = VENV.resolve("requirements.txt");
        if (!Files.exists(ready) || Files.mismatch(ready, required) != -1) {
            var log = VENV.resolveSibling("dashboard-venv.log");
            Python.environment(VENV, log);
            Python.install(VENV.resolve("bin/python"), log, "--requirement", required.toString());
            Files.copy(required, ready);
        }
        return VENV;
    }

    private void startCluster() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                NativeSystemIT.manifest()
                        + NativeSystemIT.workload("sailor", "bow", "exec sleep 1000010")
                        + "    tags: {rank: \"<b>first</b>\"}\n");
    }

    @Test
    void it_shows_workloads_hears_what_happens_and_stops_and_starts_one() throws Exception {
        startCluster();
        house.apply(manifest);
        awaitState(row("sailor", "Running(Ok)"));
        awaitState(row("dashboard", "Running(Ok)"));
        assertThat(get("/").body()).contains("<title>Muster dashboard</title>");
        var before = house.muster("get", "state", SAILOR).out();
        assertThat(before).contains("sleep 1000010");

        var told = new LinkedBlockingQueue<String>();
        var listener = Thread.ofVirtual().start(() -> listen(told));
        assertThat(told.poll(10, TimeUnit.SECONDS)).contains(row("sailor", "Running(Ok)"));
        assertThat(ask("sailor", "stop").statusCode()).isEqualTo(200);
        hear(told, row("sailor", "Stopped"));
        assertThat(house.muster("get", "workloads").out()).doesNotContain("sailor");
        assertThat(heard()).isPositive();

        house.apply(manifest.replace("stopTimeout: 5", "stopTimeout: 6")); // starts it anew
        listener.join(Duration.ofSeconds(30));
        awaitState(row("sailor", "Stopped"));
        told.clear();
        Thread.ofVirtual().start(() -> listen(told));
        assertThat(told.poll(10, TimeUnit.SECONDS)).contains(row("sailor", "Stopped"));
        assertThat(ask("sailor", "start").statusCode()).isEqualTo(200);
        hear(told, row("sailor", "Running(Ok)"));
        assertThat(house.muster("get", "state", SAILOR).out()).isEqualTo(before);
    }

    @Test
    void what_it_may_not_do_and_what_is_away_is_told_on_the_page() throws Exception {
        startCluster();
        house.apply(manifest);
        awaitState(row("sailor", "Running(Ok)"));
        var itself = ask("dashboard", "stop");
        assertThat(itself.statusCode()).isEqualTo(409);
        assertThat(itself.body()).contains("desiredState.workloads.dashboard");
        assertThat(ask("nobody", "stop").body()).contains("There is no workload nobody");
        assertThat(ask("nobody", "start").body()).contains("was not stopped here");
        var foreign = HttpRequest.newBuilder(URI.create(page + "/api/workloads/sailor/stop"));
        assertThat(send(foreign.POST(HttpRequest.BodyPublishers.noBody())).statusCode())
                .isEqualTo(403);
        house.awaitWorkload("sailor", "Running(Ok)");

        house.apply(manifest.replace("\"workloadStates\", ", "")); // may not read the states
        awaitState("Access denied");
        house.apply(manifest);
        awaitState("\"trouble\":\"\"");
        awaitState(row("sailor", "Running(Ok)"));
    }

    @Test
    void it_goes_on_by_itself_when_the_server_or_the_agent_is_back() throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(manifest);
        awaitState(row("dashboard", "Running(Ok)"));
        server.kill();
        await("what is away is told")
                .atMost(House.PATIENCE)
                .untilAsserted(() -> assertThat(state()).doesNotContain("\"trouble\":\"\""));
        assertThat(state()).contains(row("dashboard", "Running(Ok)"));
        house.server();
        awaitState("\"trouble\":\"\"");
        agent.kill();
        house.agent("bow");
        house.awaitWorkload("dashboard", "Running(Ok)");
        house.apply(
                NativeSystemIT.manifest()
                        + NativeSystemIT.workload("sailor", "bow", "exec sleep 1000010"));
        awaitState(row("sailor", "Running(Ok)"));
        assertThat(state()).contains("\"trouble\":\"\"");
    }

    private static String row(String name, String state) {
        return "\"name\":\"%s\",\"agent\":\"bow\",\"state\":\"%s\"".formatted(name, state);
    }

    private void awaitState(String part) {
        await("the dashboard shows " + part)
                .atMost(House.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(state()).contains(part));
    }

    private String state() throws IOException, InterruptedException {
        return get("/api/state").body();
    }

    private int heard() throws IOException, InterruptedException {
        var number = Pattern.compile("\"heard\":(\\d+)").matcher(state());
        assertThat(number.find()).isTrue();
        return Integer.parseInt(number.group(1));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(page + path)));
    }

    private HttpResponse<String> ask(String workload, String action)
            throws IOException, InterruptedException {
        var uri = URI.create("%s/api/workloads/%s/%s".formatted(page, workload, action));
        return send(
                HttpRequest.newBuilder(uri)
                        .header("X-Dashboard", "1")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(
                request.timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Takes server-sent events until the dashboard ends. */
    private void listen(LinkedBlockingQueue<String> told) {
        var request = HttpRequest.newBuilder(URI.create(page + "/api/events")).build();
        try (Stream<String> lines =
                http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            lines.filter(line -> line.startsWith("data: ")).forEach(told::add);
        } catch (IOException | UncheckedIOException | InterruptedException e) {
            told.add("the end: " + e);
        }
    }

    private static void hear(LinkedBlockingQueue<String> told, String part)
            throws InterruptedException {
        var all = new StringBuilder();
        long end = System.nanoTime() + House.PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            var one = told.poll(1, TimeUnit.SECONDS);
            if (one != null && one.contains(part)) {
                return;
            }
            all.append(one == null ? "" : one + "\n");
        }
        throw new AssertionError("not heard: " + part + "\n" + all);
    }
}

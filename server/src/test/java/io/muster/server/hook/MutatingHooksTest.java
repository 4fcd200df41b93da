package io.muster.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.muster.api.host.SystemClock;
import io.muster.api.host.SystemProcesses;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ConfigFile;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Hooks as real scripts. */
final class MutatingHooksTest {
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final State WANTED =
            State.EMPTY
                    .with(WEB, Workload.of("bow", "native", "line \"1\"\nline 2\n"))
                    .withConfig("net", new io.muster.api.state.ConfigItem.Text("x"));

    @TempDir Path folder;
    private final List<Hook> hooks = new ArrayList<>();

    @Test
    void that_pass_on_what_they_got_change_nothing() throws Exception {
        hook("same", 0, "cat");
        assertThat(mutate()).isEqualTo(Outcome.accepted(WANTED));
    }

    @Test
    void that_write_nothing_change_nothing() throws Exception {
        hook("silent", 0, "cat >/dev/null");
        assertThat(mutate()).isEqualTo(Outcome.accepted(WANTED));
    }

    @Test
    void change_what_they_like_in_json() throws Exception {
        hook("move", 0, "sed 's/\"agent\": \"bow\"/\"agent\": \"stern\"/'");
        assertThat(mutated().workloads())
                .containsEntry(WEB, Workload.of("stern", "native", "line \"1\"\nline 2\n"));
    }

    @Test
    void may_answer_in_yaml() throws Exception {
        hook("yaml", 0, "printf 'apiVersion: v1\\nworkloads: {}\\n'");
        assertThat(mutated()).isEqualTo(State.EMPTY);
    }

    @Test
    void run_in_order_of_their_priority() throws Exception {
        hook("second", 7, "sed 's/\"one\"/\"two\"/'");
        hook("first", 3, "sed 's/\"bow\"/\"one\"/'");
        assertThat(mutated().workloads().get(WEB)).extracting("agent").isEqualTo("two");
    }

    @Test
    void refuse_by_their_exit_code_and_their_words_are_told() throws Exception {
        hook("guard", 0, "echo 'not on a Sunday' >&2; exit 3");
        assertThat(problem().toString())
                .isEqualTo(
                        "mutating hook \"guard\": refuses the update (exit code 3): not on a"
                                + " Sunday; change the update, or ask whoever runs the server about"
                                + " this hook");
    }

    @Test
    void cannot_flood_the_answer() throws Exception {
        hook("loud", 0, "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1");
        assertThat(problem().what()).hasSizeLessThan(1_200).endsWith("...");
    }

    @Test
    void that_take_too_long_are_killed() throws Exception {
        var marker = folder.resolve("marker");
        script("slow", "sleep 60; touch " + marker);
        hooks.add(new Hook("slow", 0, folder.resolve("slow"), Duration.ofSeconds(1)));
        assertThat(problem().toString())
                .startsWith("mutating hook \"slow\": failed: ")
                .contains("no end within 1 s; killed");
        assertThat(marker).doesNotExist();
    }

    @Test
    void have_a_bounded_time_together() throws Exception {
        for (int i = 0; i < 16; i++) {
            script("slow" + i, "sleep 0.4");
            hooks.add(new Hook("slow" + i, i, folder.resolve("slow" + i), Duration.ofSeconds(1)));
        }
        long start = System.nanoTime();
        assertThat(problem().toString()).startsWith("mutating hook \"slow");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(MutatingHooks.ALL.plusMillis(900));
    }

    @Test
    void have_by_default_less_time_than_a_client_waits_for_its_answer() {
        assertThat(MutatingHooks.ALL).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void that_flood_their_output_are_killed_early() throws Exception {
        for (var flood : List.of("exec yes", "exec yes >&2")) {
            hooks.clear();
            hook("flood", 0, flood);
            long start = System.nanoTime();
            assertThat(problem().toString())
                    .startsWith("mutating hook \"flood\": failed: ")
                    .contains("more than 4 MiB on its standard ", "killed");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(15)); // of the 20 it had
        }
    }

    @Test
    void that_write_nonsense_are_named_with_the_place() throws Exception {
        hook("broken", 0, "echo '{\"apiVersion\": \"v1\", \"workloads\": {\"web\": 7}}'");
        assertThat(problem().where()).startsWith("mutating hook \"broken\": output:1:");
    }

    @Test
    void that_write_without_end_are_refused() throws Exception {
        hook("flood", 0, "head -c 6000000 /dev/zero | tr '\\0' '#'");
        assertThat(problem().toString()).contains("mutating hook \"flood\"", "more than 4 MiB");
    }

    @Test
    void that_are_gone_are_named() throws Exception {
        hooks.add(new Hook("gone", 0, folder.resolve("gone"), Duration.ofSeconds(5)));
        assertThat(problem().toString())
                .startsWith("mutating hook \"gone\": failed: ")
                .contains("repair");
    }

    @Test
    void leave_nothing_behind_and_nobody_waits_for_it() throws Exception {
        var child = folder.resolve("child");
        hook("forgetful", 0, "setsid sleep 778 & echo $! >" + child + "; exec cat");
        long start = System.nanoTime();
        assertThat(mutate()).isEqualTo(Outcome.accepted(WANTED));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        var pid = Long.parseLong(Files.readString(child).strip());
        await(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void that_were_killed_have_refused_nothing() throws Exception {
        hook("victim", 0, "kill -9 $$");
        assertThat(problem().toString())
                .startsWith(
                        "mutating hook \"victim\": was killed (exit code 137, signal 9): it does"
                                + " not say why; find out what killed it");
    }

    @Test
    void are_named_if_they_changed_something() throws Exception {
        hook("same", 0, "cat");
        hook("move", 1, "sed 's/\"bow\"/\"stern\"/'");
        hook("silent", 2, "cat >/dev/null");
        assertThat(hooks().mutate(WANTED, false).changers()).containsExactly("move");
    }

    @Test
    void are_warned_of_what_they_misspell() throws Exception {
        hook("typo", 0, "sed 's/\"runtimeConfig\"/\"tagz\": {}, &/'");
        var appender = new ListAppender<ILoggingEvent>();
        var log = (Logger) LoggerFactory.getLogger(MutatingHooks.class);
        appender.start();
        log.addAppender(appender);
        try {
            assertThat(mutated()).isEqualTo(WANTED);
        } finally {
            log.detachAppender(appender);
        }
        assertThat(appender.list)
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getFormattedMessage() + event.getKeyValuePairs())
                                .contains("\"tagz\" is unknown and has no effect")
                                .contains(
                                        "hook=\"typo\"",
                                        "workloads.web.tagz",
                                        "did you mean tags?"));
    }

    @Test
    void are_told_whether_it_is_only_a_question() throws Exception {
        hook("ask", 0, "echo \"dry run: $MUSTER_DRY_RUN\" >&2; exit 1");
        assertThat(problem().what()).contains("dry run: false");
        var dry = hooks().mutate(WANTED, true);
        assertThat(dry.toString()).contains("dry run: true");
    }

    @Test
    void do_not_get_more_than_they_could_answer() throws Exception {
        hook("same", 0, "cat");
        var huge =
                WANTED.with(
                        WEB,
                        Workload.of("bow", "native", "x".repeat(ManifestReader.MAX_CHARACTERS)));
        assertThat(hooks().mutate(huge, false).toString()).contains("of which it gets at most");
    }

    @Test
    void are_read_from_tables_with_their_defaults() throws Exception {
        script("a", "cat");
        script("b", "cat");
        var tables =
                read(
                        """
                        [[mutating_hooks]]
                        name = 'a'
                        path = '%1$s'

                        [[mutating_hooks]]
                        name = 'b'
                        path = '%1$s'
                        prio = 9
                        timeout_seconds = 30
                        """);
        assertThat(tables)
                .isEqualTo(
                        Outcome.accepted(
                                List.of(
                                        new Hook(
                                                "a", 0, folder.resolve("a"), Duration.ofSeconds(2)),
                                        new Hook(
                                                "b",
                                                9,
                                                folder.resolve("b"),
                                                Duration.ofSeconds(30)))));
    }

    @Test
    void that_cannot_be_used_stop_the_start_with_all_that_is_wrong() throws Exception {
        script("a", "cat");
        var outcome =
                read(
                        """
                        mutating_hooks = [
                            { nam = 'a' },
                            { name = 'a', path = '%1$s', prio = 256 },
                            { name = 'a', path = '%1$s', prio = 'x' },
                            { name = 'missing', path = '%1$s' },
                        ]
                        """);
        assertThat(((Outcome.Refused<List<Hook>>) outcome).problems())
                .extracting(Problem::toString)
                .anyMatch(text -> text.contains("mutating_hooks[0].nam: is no key here; did you"))
                .anyMatch(text -> text.contains("mutating_hooks[0].name: is missing"))
                .anyMatch(text -> text.contains("mutating_hooks[1].prio: 256 is not possible"))
                .anyMatch(text -> text.contains("mutating_hooks[2].name: \"a\" is there twice"))
                .anyMatch(text -> text.contains("mutating_hooks[2].prio: \"x\" is no number"))
                .anyMatch(text -> text.contains("no executable file"));
    }

    private Outcome<List<Hook>> read(String tables) throws Exception {
        var file = folder.resolve("server.conf");
        Files.writeString(file, "version = 'v1'\n" + tables.formatted(folder));
        return HookTables.read(ConfigFile.read(file));
    }

    private MutatingHooks hooks() {
        return new MutatingHooks(hooks, new SystemProcesses(), new SystemClock());
    }

    private Outcome<State> mutate() throws InterruptedException {
        return hooks().mutate(WANTED, false).result();
    }

    private State mutated() throws InterruptedException {
        return ((Outcome.Accepted<State>) mutate()).value();
    }

    private Problem problem() throws InterruptedException {
        return ((Outcome.Refused<State>) mutate()).problems().getFirst();
    }

    private void hook(String name, int priority, String body) throws IOException {
        script(name, body);
        hooks.add(new Hook(name, priority, folder.resolve(name), Duration.ofSeconds(20)));
    }

    private void script(String name, String body) throws IOException {
        var file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

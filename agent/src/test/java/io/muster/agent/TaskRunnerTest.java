package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.ControlDesk;
import io.muster.agent.control.Doors;
import io.muster.agent.reconcile.Answer;
import io.muster.agent.reconcile.Instance;
import io.muster.agent.reconcile.Task;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks on real threads. */
final class TaskRunnerTest {
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final WorkloadName DB = new WorkloadName("db");

    private final CompletableFuture<Throwable> fault = new CompletableFuture<>();
    private final ThreadSerial serial = new ThreadSerial("agent", 100, fault::complete);
    private final Hanging runtime = new Hanging();

    @AfterEach
    void close() {
        serial.close();
        runtime.go.countDown();
        assertThat(fault).isNotDone();
    }

    @Test
    void makes_a_runtime_that_hangs_give_up() throws Exception {
        var runner = runner(1);
        var answer = search(runner, WEB, 7);
        assertThat(runtime.began.await(10, TimeUnit.SECONDS)).isTrue();
        serial.deliver(() -> runner.interrupt(WEB, 6)); // another one: nothing happens
        serial.deliver(() -> runner.interrupt(WEB, 7));
        assertThat(answer.get(10, TimeUnit.SECONDS))
                .isEqualTo(new Answer.Failed("interrupted", true));
    }

    @Test
    void answers_for_what_waits_for_a_place_and_is_given_up() throws Exception {
        var runner = runner(1);
        var first = search(runner, WEB, 1);
        var second = search(runner, DB, 2);
        serial.deliver(() -> runner.interrupt(DB, 2));
        assertThat(second.get(10, TimeUnit.SECONDS)).isInstanceOf(Answer.Failed.class);
        runtime.go.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Searched(List.of()));
    }

    @Test
    void gives_places_in_order_and_those_of_what_takes_long_to_others() throws Exception {
        var runner = runner(2);
        var hanging = search(runner, WEB, 1);
        assertThat(runtime.began.await(10, TimeUnit.SECONDS)).isTrue();
        var names = new CopyOnWriteArrayList<Integer>();
        var all = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            var instance = instance(new WorkloadName("w" + i), "gone");
            var done = new CompletableFuture<Void>();
            all.add(done);
            serial.deliver(() ->
                    runner.perform(
                            new WorkloadName("w" + number),
                            number,
                            new Task.Delete(instance),
                            false,
                            _ -> {
                                names.add(number);
                                done.complete(null);
                            }));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        assertThat(names).hasSize(20);
        assertThat(hanging).isNotDone();
        var others = search(runner, DB, 2); // hangs as well
        assertThat(others).isNotDone();
        var later = search(runner, new WorkloadName("later"), 3);
        runtime.go.countDown();
        for (var each : List.of(hanging, others, later)) {
            assertThat(each.get(10, TimeUnit.SECONDS)).isInstanceOf(Answer.Searched.class);
        }
    }

    @Test
    void lets_nobody_wait_for_images_that_cannot_be_had() throws Exception {
        var runner = runner(2);
        var hanging = new ArrayList<CompletableFuture<Answer>>();
        for (int i = 0; i < 100; i++) { // more than may be under way together
            var name = new WorkloadName("w" + i);
            var answer = new CompletableFuture<Answer>();
            hanging.add(answer);
            var task = new Task.Prepare("hanging", order(name));
            int number = i;
            serial.deliver(() -> runner.perform(name, number, task, false, answer::complete));
        }
        assertThat(runtime.began.await(10, TimeUnit.SECONDS)).isTrue();
        var deleted = new CompletableFuture<Answer>();
        var instance = instance(WEB, "gone");
        serial.deliver(
                () -> runner.perform(WEB, 1, new Task.Delete(instance), false, deleted::complete));
        assertThat(deleted.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Deleted());
        assertThat(hanging).noneMatch(CompletableFuture::isDone);
        runtime.go.countDown();
        for (var each : hanging) {
            assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Prepared());
        }
    }

    @Test
    void sees_ends_and_deletes_while_all_starts_that_may_be_under_way_hang() throws Exception {
        var runner = runner(64); // all begin at once; the first images cannot be had
        var hanging = new ArrayList<CompletableFuture<Answer>>();
        for (int i = 0; i < 100; i++) {
            var name = new WorkloadName("w" + i);
            hanging.add(perform(runner, name, new Task.Create("hanging", order(name)), i));
        }
        assertThat(runtime.began.await(10, TimeUnit.SECONDS)).isTrue();
        var seen = perform(runner, WEB, new Task.Observe(instance(WEB, "ended")), 200);
        var deleted = perform(runner, DB, new Task.Delete(instance(DB, "gone")), 201);
        assertThat(seen.get(30, TimeUnit.SECONDS))
                .isEqualTo(new Answer.Observed(new Observation.Exited(3)));
        assertThat(deleted.get(30, TimeUnit.SECONDS)).isEqualTo(new Answer.Deleted());
        assertThat(hanging).noneMatch(CompletableFuture::isDone);
        assertThat(runtime.creating).hasValueLessThanOrEqualTo(64);
        runtime.go.countDown();
        for (var each : hanging) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isInstanceOf(Answer.Created.class);
        }
    }

    private CompletableFuture<Answer> perform(
            TaskRunner runner, WorkloadName name, Task task, long token) {
        var answer = new CompletableFuture<Answer>();
        serial.deliver(() -> runner.perform(name, token, task, false, answer::complete));
        return answer;
    }

    private static Instance instance(WorkloadName name, String id) {
        return new Instance(
                "hanging", new RuntimeId(id), InstanceName.of(name, "x", "bow"), Optional.empty());
    }

    private static Order order(WorkloadName name) {
        var workload = Workload.of("bow", "hanging", "x");
        return new Order(
                InstanceName.of(name, "x", "bow"),
                workload,
                new Mark("ab".repeat(32), new Lineage("l"), new Revision(1)));
    }

    @Test
    void turns_a_fault_in_a_runtime_into_an_answer() throws Exception {
        runtime.go.countDown();
        var answer = new CompletableFuture<Answer>();
        var runner = runner(1);
        var instance = instance(WEB, "x");
        serial.deliver(
                () -> runner.perform(WEB, 1, new Task.Observe(instance), false, answer::complete));
        assertThat(answer.get(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed -> assertThat(failed.reason()).contains("a bug of the runtime"));
    }

    @Test
    void deletes_together_what_waits_for_a_place_and_nothing_waits_for() throws Exception {
        runtime.together = 3;
        var runner = runner(1);
        var first = search(runner, WEB, 1);
        assertThat(runtime.began.await(10, TimeUnit.SECONDS)).isTrue();
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var id : List.of("a", "b", "updated", "refused", "c")) {
            var name = new WorkloadName(id);
            var instance = instance(name, id);
            var answer = new CompletableFuture<Answer>();
            answers.add(answer);
            serial.deliver(() ->
                    runner.perform(
                            name,
                            2,
                            new Task.Delete(instance),
                            id.equals("updated"),
                            answer::complete));
        }
        serial.deliver(runtime.go::countDown);
        first.get(10, TimeUnit.SECONDS);
        for (int i : List.of(0, 1, 2, 4)) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Deleted());
        }
        assertThat(answers.get(3).get(10, TimeUnit.SECONDS))
                .isEqualTo(new Answer.Failed("it will not go", true));
        assertThat(runtime.deleted)
                .containsExactly(List.of("a", "b", "refused"), List.of("updated"), List.of("c"));
    }

    @Test
    void answers_for_each_that_is_gone_and_not_only_when_all_are() throws Exception {
        runtime.together = 3;
        runtime.lastOfAll = new CountDownLatch(1);
        var runner = runner(1);
        var first = search(runner, WEB, 1);
        assertThat(runtime.began.await(10, TimeUnit.SECONDS)).isTrue();
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var id : List.of("a", "b")) {
            var name = new WorkloadName(id);
            var instance = instance(name, id);
            var answer = new CompletableFuture<Answer>();
            answers.add(answer);
            serial.deliver(() ->
                    runner.perform(name, 2, new Task.Delete(instance), false, answer::complete));
        }
        serial.deliver(runtime.go::countDown);
        first.get(10, TimeUnit.SECONDS);

        for (var answer : answers) { // although the call has not returned
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Deleted());
        }
        runtime.lastOfAll.countDown();
    }

    private TaskRunner runner(int most) {
        var control =
                new ControlDesk(
                        Doors.NONE,
                        "0.1.0",
                        serial,
                        _ -> {
                            throw new UnsupportedOperationException();
                        });
        return new TaskRunner(
                new AgentName("bow"), Map.of("hanging", runtime), serial, control, most);
    }

    private CompletableFuture<Answer> search(TaskRunner runner, WorkloadName name, long token) {
        var answer = new CompletableFuture<Answer>();
        serial.deliver(() ->
                runner.perform(name, token, new Task.Search("hanging"), false, answer::complete));
        return answer;
    }

    /** Hangs until it is told to go on. */
    private static final class Hanging implements WorkloadRuntime {
        private final CountDownLatch began = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private final List<List<String>> deleted = new CopyOnWriteArrayList<>();
        private final AtomicInteger creating = new AtomicInteger();
        private volatile int together = 1;
        private volatile CountDownLatch lastOfAll = new CountDownLatch(0);

        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public List<Found> list() throws RuntimeFailure {
            began.countDown();
            try {
                if (!go.await(30, TimeUnit.SECONDS)) {
                    throw new RuntimeFailure("too long", true);
                }
            } catch (InterruptedException e) {
                throw new RuntimeFailure("interrupted", true, e);
            }
            return List.of();
        }

        @Override
        public void prepare(Order order) throws RuntimeFailure {
            list();
        }

        @Override
        public Created create(Order order) throws RuntimeFailure {
            creating.incrementAndGet();
            list();
            return new Created(new RuntimeId("made"), new Observation.Exited(0));
        }

        @Override
        public Observation restart(RuntimeId id, Order order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Observation observe(RuntimeId id) {
            if (id.value().equals("ended")) {
                return new Observation.Exited(3);
            }
            throw new IllegalStateException("a bug of the runtime");
        }

        @Override
        public void delete(RuntimeId id) {
            deleted.add(List.of(id.value()));
        }

        @Override
        public int deletesTogether() {
            return together;
        }

        @Override
        public void deleteAll(List<RuntimeId> ids, Outcomes outcomes) {
            deleted.add(ids.stream().map(RuntimeId::value).toList());
            for (var id : ids) {
                var refused = id.value().equals("refused");
                outcomes.of(
                        id,
                        refused
                                ? Optional.of(new RuntimeFailure("it will not go", true))
                                : Optional.empty());
            }
            try {
                lastOfAll.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

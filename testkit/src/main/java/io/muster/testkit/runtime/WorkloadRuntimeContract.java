package io.muster.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

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
import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.state.WorkloadFile.BinaryFile;
import io.muster.api.state.WorkloadFile.TextFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every runtime does, the fake one included.
 *
 * <p>All runtimes of one test share a machine, on which nothing runs at first. The workloads are
 * described by those who know the runtime.
 */
public abstract class WorkloadRuntimeContract {
    /** How long anything may take here. */
    protected static final Duration LIMIT = Duration.ofSeconds(30);

    /** The agent of most tests. */
    protected static final AgentName BOW = new AgentName("bow");

    /** Makes a runtime as a freshly started agent has it. */
    protected abstract WorkloadRuntime runtime(AgentName agent);

    /** Returns a watch for the machine's processes. */
    protected abstract ExitWatch exitWatch();

    /** Describes a workload that runs until it is ended, and ends when asked. */
    protected abstract Workload lasting();

    /** Describes a workload that ends by itself at once. */
    protected abstract Workload ending(int exitCode);

    /** Describes a workload that does not end when asked; its grace is short. */
    protected abstract Workload stubborn();

    /** Describes a workload that cannot be started now, but perhaps later. */
    protected abstract Workload broken();

    /** Describes a workload that can never be started: its runtimeConfig is wrong. */
    protected abstract Workload nonsense();

    /**
     * Describes a workload that ends with 0 if the file that it was given for this mount point
     * holds this line, and with another code if not. Its files are added here.
     */
    protected abstract Workload checking(String mountPoint, String line);

    /** Says whether workloads of this runtime can have files. */
    protected boolean takesFiles() {
        return true;
    }

    @Test
    void starts_what_is_ordered() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        assertThat(created.observation()).isInstanceOf(Observation.Running.class);
        assertThat(runtime.observe(created.id())).isEqualTo(created.observation());
    }

    @Test
    void names_a_process_that_ends_with_the_instance() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        try (var watch = exitWatch()) {
            var ended = new CountDownLatch(1);
            watch.watch(process(created.observation()), ended::countDown);
            assertThat(ended.getCount()).isOne();
            runtime.delete(created.id());
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void knows_the_exit_code_once_the_process_has_ended() throws Exception {
        var runtime = runtime(BOW);
        var success = runtime.create(order("success", ending(0)));
        var failure = runtime.create(order("failure", ending(7)));
        awaitEnd(runtime, success);
        awaitEnd(runtime, failure);
        assertThat(runtime.observe(success.id())).isEqualTo(new Observation.Exited(0));
        assertThat(runtime.observe(failure.id())).isEqualTo(new Observation.Exited(7));
    }

    @Test
    void lists_what_runs_and_what_has_ended() throws Exception {
        var runtime = runtime(BOW);
        var web = order("web", lasting());
        var job = order("job", ending(3));
        var running = runtime.create(web);
        var ended = runtime.create(job);
        awaitEnd(runtime, ended);
        assertThat(runtime.list())
                .containsExactlyInAnyOrder(
                        found(web, running.id(), running.observation()),
                        found(job, ended.id(), new Observation.Exited(3)));
    }

    @Test
    void lists_nothing_where_nothing_is() throws Exception {
        assertThat(runtime(BOW).list()).isEmpty();
    }

    @Test
    void leaves_what_belongs_to_other_agents_alone() throws Exception {
        runtime(BOW).create(order("web", lasting()));
        var longer = new AgentName("my_bow"); // its name ends like the other
        assertThat(runtime(longer).list()).isEmpty();
        assertThat(runtime(new AgentName("bo")).list()).isEmpty();
    }

    @Test
    void finds_everything_again_after_a_restart_of_the_agent() throws Exception {
        var order = order("web", lasting());
        var created = runtime(BOW).create(order);

        var next = runtime(BOW);
        assertThat(next.list()).containsExactly(found(order, created.id(), created.observation()));
        assertThat(next.observe(created.id())).isEqualTo(created.observation());
        next.delete(created.id());
        assertThat(next.observe(created.id())).isEqualTo(new Observation.Gone());
    }

    @Test
    void keeps_the_mark_of_each_instance() throws Exception {
        var runtime = runtime(BOW);
        var web = order("web", lasting());
        var mark =
                new Mark(
                        "0123456789abcdef".repeat(4), new Lineage("l-1_x"), new Revision(1L << 40));
        runtime.create(new Order(web.instance(), web.workload(), mark));
        runtime.create(order("db", lasting()));
        assertThat(runtime(BOW).list())
                .filteredOn(found -> found.instance().equals(web.instance()))
                .singleElement()
                .satisfies(found -> assertThat(found.mark()).hasValue(mark));
    }

    @Test
    void removes_all_of_a_deleted_instance() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        runtime.delete(created.id());
        assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Gone());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void deletes_what_has_ended_by_itself() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("job", ending(1)));
        awaitEnd(runtime, created);
        runtime.delete(created.id());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void does_not_mind_to_delete_what_is_gone() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        runtime.delete(created.id());
        runtime.delete(created.id());
        assertThat(runtime(BOW).list()).isEmpty();
    }

    @Test
    void forces_the_end_of_what_does_not_end_when_asked() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("stubborn", stubborn()));
        runtime.delete(created.id());
        assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Gone());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void restarts_what_has_ended_under_the_same_id() throws Exception {
        var runtime = runtime(BOW);
        var order = order("job", ending(5));
        var created = runtime.create(order);
        awaitEnd(runtime, created);
        runtime.restart(created.id(), order);
        await().atMost(LIMIT)
                .until(() -> runtime.observe(created.id()).equals(new Observation.Exited(5)));
        assertThat(runtime.list())
                .containsExactly(found(order, created.id(), new Observation.Exited(5)));
    }

    @Test
    void fails_retryably_when_it_may_work_later_and_leaves_nothing_behind() throws Exception {
        var runtime = runtime(BOW);
        var order = order("broken", broken());
        assertThatThrownBy(() -> runtime.create(order))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isTrue())
                .satisfies(failure -> assertThat(failure.getMessage()).isNotBlank());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void fails_for_good_when_the_description_is_wrong() throws Exception {
        var runtime = runtime(BOW);
        assertThatThrownBy(() -> runtime.create(order("nonsense", nonsense())))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isFalse())
                .satisfies(failure -> assertThat(failure.getMessage()).isNotBlank());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void prepares_an_instance_and_touches_nothing() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        runtime.prepare(order("web", ending(3)));
        runtime.prepare(order("web", ending(3)));
        assertThat(runtime.list()).extracting(Found::id).containsExactly(created.id());
        assertThat(runtime.observe(created.id())).isEqualTo(created.observation());
        runtime.delete(created.id());
        var next = runtime.create(order("web", ending(3)));
        awaitEnd(runtime, next);
        assertThat(runtime.observe(next.id())).isEqualTo(new Observation.Exited(3));
    }

    @Test
    void prepares_nothing_that_is_described_wrongly() throws Exception {
        var runtime = runtime(BOW);
        assertThatThrownBy(() -> runtime.prepare(order("nonsense", nonsense())))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isFalse())
                .satisfies(failure -> assertThat(failure.getMessage()).isNotBlank());
        var file = order("web", lasting(), new TextFile("greeting", "hello"));
        assertThatThrownBy(() -> runtime.prepare(file))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isFalse());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void creates_after_a_try_that_failed() throws Exception {
        var runtime = runtime(BOW);
        var instance = order("web", lasting()).instance();
        assertThatThrownBy(() -> runtime.create(new Order(instance, broken(), MARK)))
                .isInstanceOf(RuntimeFailure.class);
        var created = runtime.create(new Order(instance, lasting(), MARK));
        assertThat(runtime.list()).extracting(Found::id).containsExactly(created.id());
    }

    @Test
    void gives_a_workload_its_files_also_when_it_is_started_once_more() throws Exception {
        if (!takesFiles()) {
            refusesFiles();
            return;
        }
        var runtime = runtime(BOW);
        var text = new TextFile("/etc/app/greeting", "hello world\n");
        var binary = new BinaryFile("/data.bin", " aGVsbG8g \n  d29ybGQK\n");
        for (var file : List.of(text, binary)) {
            var name = file.equals(text) ? "text" : "binary";
            var order = order(name, checking(file.mountPoint(), "hello world"), text, binary);
            var created = runtime.create(order);
            awaitEnd(runtime, created);
            assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Exited(0));
            runtime.restart(created.id(), order);
            await().atMost(LIMIT)
                    .until(() -> runtime.observe(created.id()).equals(new Observation.Exited(0)));
        }
    }

    @Test
    void gives_a_workload_the_files_of_its_order_and_not_those_of_another() throws Exception {
        if (!takesFiles()) {
            refusesFiles();
            return;
        }
        var runtime = runtime(BOW);
        var check = checking("/greeting", "hello");
        var first = runtime.create(order("job", check, new TextFile("/greeting", "hello")));
        awaitEnd(runtime, first);
        runtime.delete(first.id());
        var second = runtime.create(order("job", check, new TextFile("/greeting", "good bye")));
        awaitEnd(runtime, second);
        assertThat(runtime.observe(second.id())).isNotEqualTo(new Observation.Exited(0));
    }

    private void refusesFiles() throws Exception {
        var runtime = runtime(BOW);
        var order = order("web", lasting(), new TextFile("/greeting", "hello"));
        assertThatThrownBy(() -> runtime.create(order))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isFalse())
                .satisfies(failure -> assertThat(failure.getMessage()).contains("not supported"));
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void fails_for_good_when_a_file_is_wrong() throws Exception {
        var runtime = runtime(BOW);
        var order = order("web", lasting(), new TextFile("greeting", "hello"));
        assertThatThrownBy(() -> runtime.create(order))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isFalse())
                .satisfies(failure -> assertThat(failure.getMessage()).isNotBlank());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void replaces_what_an_earlier_try_of_the_same_instance_left_behind() throws Exception {
        var order = order("web", lasting());
        var first = runtime(BOW).create(order);
        var runtime = runtime(BOW); // an agent that died before it heard the answer
        var second = runtime.create(order);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(runtime.observe(first.id())).isEqualTo(new Observation.Gone());
        assertThat(runtime.list()).containsExactly(found(order, second.id(), second.observation()));
    }

    @Test
    void keeps_instances_of_one_workload_apart() throws Exception {
        var runtime = runtime(BOW);
        var old = runtime.create(order("web", lasting()));
        var other = new InstanceName(new WorkloadName("web"), "f".repeat(64), BOW.value());
        var young = runtime.create(new Order(other, lasting(), MARK));
        runtime.delete(old.id());
        assertThat(runtime.observe(young.id())).isEqualTo(young.observation());
        assertThat(runtime.list()).extracting(Found::instance).containsExactly(other);
    }

    @Test
    void does_many_at_once() throws Exception {
        var runtime = runtime(BOW);
        var work = new ArrayList<Callable<Created>>();
        for (int i = 0; i < 8; i++) {
            var order = order("w" + i, lasting());
            work.add(() -> runtime.create(order));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var created : threads.invokeAll(work)) {
                assertThat(created.get().observation()).isInstanceOf(Observation.Running.class);
            }
            var listed = runtime.list();
            assertThat(listed).hasSize(8).extracting(Found::instance).doesNotHaveDuplicates();
            var deletions = new ArrayList<Callable<RuntimeId>>();
            for (var found : listed) {
                deletions.add(() -> {
                    runtime.delete(found.id());
                    return found.id();
                });
            }
            for (var deletion : threads.invokeAll(deletions)) {
                assertThat(runtime.observe(deletion.get())).isEqualTo(new Observation.Gone());
            }
        }
        assertThat(runtime.list()).isEmpty();
    }

    /** The mark of orders made here. */
    protected static final Mark MARK =
            new Mark("ab".repeat(32), new Lineage("lineage"), new Revision(12));

    /** Orders a workload of the agent {@code bow}. */
    protected static Order order(String name, Workload workload) {
        var instance =
                InstanceName.of(new WorkloadName(name), workload.runtimeConfig(), BOW.value());
        return new Order(instance, workload, MARK);
    }

    private static Order order(String name, Workload workload, WorkloadFile... files) {
        return order(
                name,
                workload.rendered(workload.agent(), workload.runtimeConfig(), List.of(files)));
    }

    /** Waits until the process has ended, and the runtime knows it. */
    protected static void awaitEnd(WorkloadRuntime runtime, Created created) {
        await().atMost(LIMIT)
                .until(() -> runtime.observe(created.id()) instanceof Observation.Exited);
    }

    /** Returns the process of something that runs. */
    protected static ProcessRef process(Observation observation) {
        assertThat(observation).isInstanceOf(Observation.Running.class);
        return ((Observation.Running) observation).processes().getFirst();
    }

    private static Found found(Order order, RuntimeId id, Observation observation) {
        return new Found(id, order.instance(), Optional.of(order.mark()), observation);
    }
}

package io.muster.agent;

import io.muster.agent.control.ControlDesk;
import io.muster.agent.reconcile.Answer;
import io.muster.agent.reconcile.Instance;
import io.muster.agent.reconcile.Task;
import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives tasks to runtimes in the order in which they come, a few at once: more would not be faster,
 * and each may be a process of some dozen megabytes. A workload has one task at a time, so none can
 * push itself forward. A task that takes long, which mostly waits for something, gives its place to
 * the next, so that one that hangs does not block the others; but there is a bound to those as
 * well, and each has its deadline. What creates an instance may have to fetch its image first, for
 * as long as a dead registry takes to be given up: it has a bound of its own, so that however many
 * hang, ends are seen and instances are deleted. Preparations take as long, and nobody is stopped
 * for them: they have a bound of their own as well, and come after the others. Deletions that wait
 * for a place, and for which nothing waits, go together where the runtime is quicker so.
 *
 * <p>All calls from the serial. Each task is answered exactly once.
 */
final class TaskRunner {
    private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);
    private static final Duration LONG = Duration.ofSeconds(1);

    /**
     * The bound of those that hold a place and those that have given it up, together: once of those
     * that create, and once of all others.
     */
    private static final int MOST_UNDER_WAY = 64;

    /** The same of preparations, which mostly wait for the network. */
    private static final int MOST_PREPARING = 32;

    private final AgentName agent;
    private final Map<String, WorkloadRuntime> runtimes;
    private final Serial serial;
    private final ControlDesk control;
    private final int most;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final ArrayDeque<Job> waitingToPrepare = new ArrayDeque<>();
    private final Map<WorkloadName, Job> jobs = new HashMap<>();
    private int atOnce;
    private int underWay;
    private int creating;
    private int preparing;

    /**
     * Makes one.
     *
     * @param control is there before an instance starts, and goes with it
     * @param most how many tasks are given at once
     */
    TaskRunner(
            AgentName agent,
            Map<String, WorkloadRuntime> runtimes,
            Serial serial,
            ControlDesk control,
            int most) {
        this.agent = agent;
        this.runtimes = Map.copyOf(runtimes);
        this.serial = serial;
        this.control = control;
        this.most = most;
    }

    private final class Job {
        final WorkloadName name;
        final long token;
        final Task task;
        private final TaskJob<Answer> own;
        private TaskJob<?> work; // its own, or one for several
        final boolean prepares;
        final boolean creates;
        final boolean waitedFor;
        final Consumer<Answer> answered;
        boolean holdsPlace;
        boolean open = true;

        Job(
                WorkloadName name,
                long token,
                Task task,
                boolean waitedFor,
                Consumer<Answer> answered) {
            this.name = name;
            this.token = token;
            this.task = task;
            this.own = new TaskJob<>(() -> ask(name, task));
            this.work = own;
            this.prepares = task instanceof Task.Prepare;
            this.creates = task instanceof Task.Create;
            this.waitedFor = waitedFor;
            this.answered = answered;
        }

        ArrayDeque<Job> queue() {
            return prepares ? waitingToPrepare : waiting;
        }

        private void count(int change) {
            if (prepares) {
                preparing += change;
            } else if (creates) {
                creating += change;
            } else {
                underWay += change;
            }
        }

        boolean mayBegin() {
            return (creates ? creating : underWay) < Math.max(most, MOST_UNDER_WAY);
        }

        void begin() {
            begin(
                    own,
                    (answer, failure) -> answer(answer == null ? failed(name, failure) : answer));
        }

        /** Deletes its instance and those of others in one go. */
        void beginWith(List<Job> others) {
            var all = new ArrayList<>(others);
            all.addFirst(this);
            var together = new TaskJob<>(() -> deleteAll(all));
            others.forEach(other -> other.work = together);
            begin(
                    together,
                    (_, failure) -> {
                        for (var each : all) {
                            if (each.open) { // or it was answered on the way
                                each.answer(failed(each.name, failure));
                            }
                        }
                    });
        }

        private <T> void begin(TaskJob<T> job, BiConsumer<T, Exception> done) {
            work = job;
            holdsPlace = true;
            atOnce++;
            count(1);
            var slow = serial.after(LONG, this::leavePlace);
            serial.offload(
                    job,
                    (result, failure) -> {
                        slow.cancel();
                        count(-1);
                        done.accept(result, failure);
                    });
        }

        void leavePlace() {
            if (holdsPlace) {
                holdsPlace = false;
                atOnce--;
                beginNext();
            }
        }

        void answer(Answer answer) {
            leavePlace();
            beginNext();
            if (open) {
                open = false;
                jobs.remove(name, this);
                answered.accept(answer);
            }
        }
    }

    /**
     * Performs a task; the workload has no other under way.
     *
     * @param waitedFor another instance is to take the place of one that is deleted: it shall not
     *     wait for others that end slowly
     */
    void perform(
            WorkloadName name,
            long token,
            Task task,
            boolean waitedFor,
            Consumer<Answer> answered) {
        var job = new Job(name, token, task, waitedFor, answered);
        jobs.put(name, job);
        job.queue().add(job);
        beginNext();
    }

    private void beginNext() {
        for (var next = next(); next.isPresent(); next = next()) {
            var others = companions(next.get());
            if (others.isEmpty()) {
                next.get().begin();
            } else {
                next.get().beginWith(others);
            }
        }
        while (atOnce < most && preparing < MOST_PREPARING && !waitingToPrepare.isEmpty()) {
            waitingToPrepare.remove().begin();
        }
    }

    /** Takes the first out of the queue that there is a place for. */
    private Optional<Job> next() {
        var all = waiting.iterator();
        while (atOnce < most && all.hasNext()) {
            var job = all.next();
            if (job.mayBegin()) {
                all.remove();
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    /** Takes out of the queue what is best deleted together with this one. */
    private List<Job> companions(Job first) {
        var runtime = runtimes.get(first.task.runtime());
        var found = new ArrayList<Job>();
        if (runtime != null && first.task instanceof Task.Delete && !first.waitedFor) {
            var rest = waiting.iterator();
            while (rest.hasNext() && found.size() < runtime.deletesTogether() - 1) {
                var each = rest.next();
                if (each.task instanceof Task.Delete
                        && !each.waitedFor
                        && each.task.runtime().equals(first.task.runtime())) {
                    found.add(each);
                    rest.remove();
                }
            }
        }
        return found;
    }

    /** Each is answered as soon as it is gone. */
    private List<Job> deleteAll(List<Job> all) throws RuntimeFailure {
        var byId = new LinkedHashMap<RuntimeId, Job>();
        for (var job : all) {
            if (job.task instanceof Task.Delete(var instance)) {
                byId.put(instance.id(), job);
            }
        }
        runtime(all.getFirst().task)
                .deleteAll(
                        List.copyOf(byId.keySet()),
                        (id, failure) -> {
                            var job = byId.get(id);
                            if (job != null && job.task instanceof Task.Delete(var instance)) {
                                var answer =
                                        failure.<Answer>map(why -> failed(job.name, why))
                                                .orElseGet(() -> deleted(job.name, instance));
                                serial.deliver(() -> job.answer(answer));
                            }
                        });
        return all;
    }

    private Answer deleted(WorkloadName name, Instance instance) {
        try {
            control.discard(instance.name());
            return new Answer.Deleted();
        } catch (RuntimeFailure e) {
            return failed(name, e);
        }
    }

    /** Makes a task give up, if it is still under way. */
    void interrupt(WorkloadName name, long token) {
        var job = jobs.get(name);
        if (job != null && job.token == token && job.work.interrupt()) {
            job.queue().remove(job);
            serial.deliver(() -> job.answer(new Answer.Failed("it was given up", true)));
        }
    }

    private Answer ask(WorkloadName name, Task task) throws RuntimeFailure {
        var runtime = runtime(task);
        return switch (task) {
            case Task.Create(_, var order) -> {
                control.prepare(order);
                var created = runtime.create(order);
                yield new Answer.Created(created.id(), created.observation());
            }
            case Task.Prepare(_, var order) -> {
                runtime.prepare(order);
                yield new Answer.Prepared();
            }
            case Task.Restart(var instance, var order) -> {
                control.prepare(order);
                yield new Answer.Observed(runtime.restart(instance.id(), order));
            }
            case Task.Observe(var instance) -> new Answer.Observed(runtime.observe(instance.id()));
            case Task.Delete(var instance) -> {
                runtime.delete(instance.id());
                yield deleted(name, instance);
            }
            case Task.Search _ ->
                    new Answer.Searched(
                            runtime.list().stream()
                                    .filter(each ->
                                            each.instance().workload().equals(name)
                                                    && each.instance()
                                                            .agent()
                                                            .equals(agent.value()))
                                    .toList());
        };
    }

    private WorkloadRuntime runtime(Task task) throws RuntimeFailure {
        var runtime = runtimes.get(task.runtime());
        if (runtime == null) {
            throw new RuntimeFailure("this agent has no runtime \"" + task.runtime() + "\"", false);
        }
        return runtime;
    }

    private Answer failed(WorkloadName name, @Nullable Exception failure) {
        if (failure instanceof RuntimeFailure refusal) {
            return new Answer.Failed(String.valueOf(refusal.getMessage()), refusal.retryable());
        }
        log.atError()
                .addKeyValue("workload", name)
                .addKeyValue("agent", agent)
                .setCause(failure)
                .log("a runtime has a fault");
        return new Answer.Failed("a fault in the runtime: " + failure, true);
    }
}

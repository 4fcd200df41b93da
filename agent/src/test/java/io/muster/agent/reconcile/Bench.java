package io.muster.agent.reconcile;

import io.muster.agent.reconcile.WorkloadEffect.Interrupt;
import io.muster.agent.reconcile.WorkloadEffect.Perform;
import io.muster.agent.reconcile.WorkloadEffect.Wake;
import io.muster.agent.reconcile.WorkloadEvent.Answered;
import io.muster.agent.reconcile.WorkloadEvent.Listed;
import io.muster.agent.reconcile.WorkloadEvent.Placed;
import io.muster.agent.reconcile.WorkloadEvent.ProcessEnded;
import io.muster.agent.reconcile.WorkloadEvent.Wished;
import io.muster.agent.reconcile.WorkloadEvent.Woke;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Feeds one reconciler by hand and keeps what comes of it. */
final class Bench {
    static final WorkloadName WEB = new WorkloadName("web");
    static final String AGENT = "agent_A";
    static final String PODMAN = "podman";
    static final Lineage LINEAGE = new Lineage("ours");
    static final ProcessRef MAIN = new ProcessRef(77, 1000);

    private Managed managed =
            Managed.fresh(WEB, Circumstances.held("not listed yet"), Moment.ORIGIN, 1);
    private Moment now = Moment.ORIGIN;
    private List<WorkloadEffect> effects = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private boolean preparesAtOnce = true;

    /** An agent that has listed its runtimes and found nothing. */
    static Bench idle() {
        var bench = new Bench();
        bench.on(new Placed(Circumstances.FREE));
        return bench;
    }

    /** One whose workload runs as wished. */
    static Bench running(Wish.Run run) {
        var bench = idle();
        bench.wish(run);
        bench.answer(new Answer.Created(id("c1"), new Observation.Running(MAIN)));
        bench.forgetSteps();
        return bench;
    }

    static Wish.Run run(String image, long changedAt) {
        return run(image, changedAt, RestartPolicy.NEVER);
    }

    static Wish.Run run(String image, long changedAt, RestartPolicy policy) {
        return run(workload(image).withRestartPolicy(policy), changedAt);
    }

    static Workload workload(String image) {
        return Workload.of(AGENT, PODMAN, "image: " + image);
    }

    static Wish.Run run(Workload workload, long changedAt) {
        return Wish.Run.of(assigned(WEB, workload, changedAt), LINEAGE, Optional.empty());
    }

    static AssignedWorkload assigned(WorkloadName name, Workload workload, long changedAt) {
        return new AssignedWorkload(
                InstanceName.of(name, workload.runtimeConfig(), AGENT),
                new Revision(changedAt),
                workload);
    }

    static Wish.Run refused(String image, long changedAt, String why) {
        return Wish.Run.of(assigned(WEB, workload(image), changedAt), LINEAGE, Optional.of(why));
    }

    static RuntimeId id(String id) {
        return new RuntimeId(id);
    }

    static Found found(String id, Wish.Run as, Observation observation) {
        return new Found(id(id), as.instance(), Optional.of(as.mark()), observation);
    }

    static Found found(String id, Wish.Run as, Mark mark, Observation observation) {
        return new Found(id(id), as.instance(), Optional.of(mark), observation);
    }

    static Answer.Failed failed(String reason) {
        return new Answer.Failed(reason, true);
    }

    static Answer.Observed observed(Observation observation) {
        return new Answer.Observed(observation);
    }

    static Circumstances open(String why) {
        return new Circumstances(Optional.empty(), new Conditions.Open(why), false);
    }

    /** From now on preparing is answered by the test, not at once. */
    Bench slow() {
        preparesAtOnce = false;
        return this;
    }

    Bench on(WorkloadEvent event) {
        effects = new ArrayList<>();
        step(event);
        if (preparesAtOnce && managed.doing() instanceof Doing.Working(var token, var task, _, _)) {
            if (task instanceof Task.Prepare) {
                step(new Answered(token, new Answer.Prepared()));
            }
        }
        return this;
    }

    private void step(WorkloadEvent event) {
        var step = WorkloadLogic.on(managed, event, Timing.DEFAULTS, now);
        managed = step.next();
        effects.addAll(step.effects());
        step.transitions().forEach(each -> steps.add(each.changedAt() + " " + each.state()));
    }

    Bench wish(Wish wish) {
        return on(new Wished(wish, managed.circumstances()));
    }

    Bench wishNothing() {
        return wish(new Wish.Nothing());
    }

    Bench list(Found... found) {
        return on(new Listed(PODMAN, List.of(found)));
    }

    Bench place(Circumstances circumstances) {
        return on(new Placed(circumstances));
    }

    Bench free() {
        return place(Circumstances.FREE);
    }

    /** Answers the task under way. */
    Bench answer(Answer answer) {
        return on(new Answered(working().token(), answer));
    }

    Bench created(String id) {
        return answer(new Answer.Created(id(id), new Observation.Running(MAIN)));
    }

    Bench prepared() {
        return answer(new Answer.Prepared());
    }

    Bench deleted() {
        return answer(new Answer.Deleted());
    }

    /** Its main process ends, and the runtime says with which code. */
    Bench exit(String id, int code) {
        on(new ProcessEnded(PODMAN, id(id), MAIN));
        return answer(observed(new Observation.Exited(code)));
    }

    Bench pass(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** The pause under way ends. */
    Bench wake() {
        if (!(managed.doing() instanceof Doing.Resting(var token))) {
            throw new AssertionError("no pause, but " + managed.doing());
        }
        return on(new Woke(token));
    }

    Doing.Working working() {
        if (!(managed.doing() instanceof Doing.Working working)) {
            throw new AssertionError("no task, but " + managed.doing());
        }
        return working;
    }

    Task task() {
        return working().task();
    }

    boolean isIdle() {
        return managed.doing() instanceof Doing.Idle;
    }

    boolean isResting() {
        return managed.doing() instanceof Doing.Resting;
    }

    /** The task that the last event led to. */
    Optional<Task> ordered() {
        return effects.stream()
                .flatMap(each ->
                        each instanceof Perform(_, var task)
                                ? Optional.of(task).stream()
                                : Optional.<Task>empty().stream())
                .reduce((_, last) -> last);
    }

    boolean interrupted() {
        return effects.stream().anyMatch(Interrupt.class::isInstance);
    }

    Wake pause() {
        return effects.stream()
                .flatMap(each ->
                        each instanceof Wake wake
                                ? Optional.of(wake).stream()
                                : Optional.<Wake>empty().stream())
                .reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError("no pause, but " + effects));
    }

    Managed managed() {
        return managed;
    }

    List<WorkloadEffect> effects() {
        return effects;
    }

    Moment now() {
        return now;
    }

    /** What observers saw since last asked, as "changedAt state". */
    List<String> steps() {
        var seen = List.copyOf(steps);
        steps.clear();
        return seen;
    }

    void forgetSteps() {
        steps.clear();
    }

    /** What users are shown now. */
    List<String> shown() {
        return WorkloadView.of(managed).values().stream()
                .map(each -> each.changedAt() + " " + each.state())
                .toList();
    }
}

package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.agent.reconcile.AgentState;
import io.muster.agent.reconcile.Ruled;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.InWords;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Serial;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.transport.Spokesman;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control interfaces of all workloads of an agent: there before an instance starts, and gone
 * when it is deleted; those of instances that an earlier agent has left are opened again.
 *
 * <p>All calls from the serial, but {@link #prepare} and {@link #discard}, which block.
 */
public final class ControlDesk {
    private static final Logger log = LoggerFactory.getLogger(ControlDesk.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;

    private final Doors doors;
    private final String version;
    private final Serial serial;
    private final Function<WorkloadName, Spokesman> speakers;
    private final LogAllowance allowance = new LogAllowance();
    private final Room room = new Room();
    private final SortedMap<WorkloadName, ControlPost> posts = new TreeMap<>();
    private final Set<InstanceName> busy = new HashSet<>();
    private final Set<InstanceName> kept = ConcurrentHashMap.newKeySet();
    private final Map<InstanceName, Integer> failures = new HashMap<>();
    private final Map<InstanceName, Fifos.Pair> opened = new HashMap<>(); // guarded by itself
    private @Nullable AgentState latest;
    private boolean connected;
    private boolean closed;

    /**
     * Makes it.
     *
     * @param version of this program
     * @param speakers give each workload somebody who asks the server for it
     */
    public ControlDesk(
            Doors doors,
            String version,
            Serial serial,
            Function<WorkloadName, Spokesman> speakers) {
        this.doors = doors;
        this.version = version;
        this.serial = serial;
        this.speakers = speakers;
    }

    /** Makes what an instance that is about to start will open, if it has rules. Any thread. */
    public void prepare(Order order) throws RuntimeFailure {
        if (!order.workload().controlInterfaceAccess().grantsAny()) {
            return;
        }
        try {
            open(
                    order.instance(),
                    order.workload().controlInterfaceAccess(),
                    ControlSession.NEW,
                    doors::make);
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "the control interface cannot be made: %s; make room there, and make it writable for the agent"
                            .formatted(InWords.withFile(e)),
                    true,
                    e);
        }
    }

    /** Removes what an instance that was deleted had opened. Any thread. */
    public void discard(InstanceName instance) throws RuntimeFailure {
        if (kept.contains(instance)) {
            return; // another instance of the same name, which stays
        }
        try {
            remove(instance);
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "the control interface cannot be removed: %s; delete it"
                            .formatted(InWords.withFile(e)),
                    true,
                    e);
        }
    }

    private interface Opening {
        Fifos.Pair open(InstanceName instance, Fifos.Listener listener) throws IOException;
    }

    private void open(
            InstanceName instance,
            ControlInterfaceAccess rules,
            ControlSession session,
            Opening opening)
            throws IOException {
        var post =
                new ControlPost(instance, version, session, serial, allowance, room, this::broken);
        synchronized (opened) {
            closePair(instance);
            var pair = opening.open(instance, post.listener());
            opened.put(instance, pair);
            serial.deliver(() -> admit(post, pair, rules));
        }
    }

    /** What an earlier agent has left, or one that failed. */
    private void takeOver(Ruled its) throws IOException {
        open(its.instance(), its.rules(), ControlSession.TAKEN_OVER, doors::open);
    }

    private void remove(InstanceName instance) throws IOException {
        synchronized (opened) {
            closePair(instance);
            doors.remove(instance);
        }
        serial.deliver(() -> dismiss(instance));
    }

    /** Unless it is about to be started again meanwhile. */
    private void removeUnused(ControlPost post) throws IOException {
        synchronized (opened) {
            var pair = opened.get(post.instance());
            if (pair != null && post.isOver(pair)) {
                remove(post.instance());
            }
        }
    }

    private void closePair(InstanceName instance) {
        var before = opened.remove(instance);
        if (before != null) {
            before.close();
        }
    }

    private void admit(ControlPost post, Fifos.Pair pair, ControlInterfaceAccess rules) {
        busy.remove(post.instance());
        var name = post.instance().workload();
        var before = posts.remove(name);
        if (before != null) {
            before.close();
        }
        if (closed) {
            pair.close();
            return;
        }
        posts.put(name, post);
        post.rules(rules);
        post.begin(pair, speakers.apply(name), connected);
        serial.after(LONGEST_PAUSE, () -> stands(post));
    }

    /** One that has been open for so long has no failures any more. */
    private void stands(ControlPost post) {
        if (post.equals(posts.get(post.instance().workload()))) {
            failures.remove(post.instance());
        }
    }

    /** Its FIFOs have failed: they are opened again, and the program reads the end of its own. */
    private void broken(ControlPost post) {
        if (posts.remove(post.instance().workload(), post)) {
            post.close();
            busy.add(post.instance());
            later(post.instance());
        }
    }

    private void later(InstanceName instance) {
        int before = failures.merge(instance, 1, Integer::sum) - 1;
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS));
        serial.after(
                pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE,
                () -> {
                    busy.remove(instance);
                    if (latest != null) {
                        changed(latest);
                    }
                });
    }

    private void dismiss(InstanceName instance) {
        busy.remove(instance);
        var post = posts.get(instance.workload());
        if (post != null && post.instance().equals(instance)) {
            posts.remove(instance.workload());
            post.close();
        }
    }

    /** Something about the workloads may have changed. */
    public void changed(AgentState state) {
        latest = state;
        var ruled = Ruled.of(state);
        if (closed || (ruled.isEmpty() && posts.isEmpty())) {
            kept.clear();
            failures.clear();
            return;
        }
        keep(ruled);
        for (var post : List.copyOf(posts.values())) {
            var its = ruled.get(post.instance().workload());
            post.rules(its == null ? ControlInterfaceAccess.NONE : its.rules());
            if (its != null && its.instance().equals(post.instance())) {
                if (its.ended()) {
                    post.ended();
                }
            } else if (!Ruled.isThere(state, post.instance())) {
                blocking(post.instance(), () -> removeUnused(post));
            }
        }
        for (var each : ruled.values()) {
            var post = posts.get(each.instance().workload());
            boolean open = post != null && post.instance().equals(each.instance());
            if (each.there() && !open) {
                blocking(each.instance(), () -> takeOver(each));
            }
        }
    }

    private void keep(SortedMap<WorkloadName, Ruled> ruled) {
        var now = new HashSet<InstanceName>();
        ruled.values().stream().filter(Ruled::there).forEach(each -> now.add(each.instance()));
        kept.retainAll(now);
        kept.addAll(now);
    }

    private interface Work {
        void run() throws IOException;
    }

    /** One at a time per instance; what fails is said, and tried again after a growing pause. */
    private void blocking(InstanceName instance, Work work) {
        if (!busy.add(instance)) {
            return;
        }
        serial.<@Nullable Void>offload(
                () -> {
                    work.run();
                    return null;
                },
                (_, failure) -> {
                    if (failure != null) {
                        log.atError()
                                .addKeyValue("workload", instance.workload())
                                .addKeyValue("agent", instance.agent())
                                .setCause(failure)
                                .log("a control interface cannot be opened or removed");
                        later(instance);
                    }
                });
    }

    /** The agent has, or has not, a connection to the server. */
    public void connection(boolean now) {
        connected = now;
        posts.values().forEach(post -> post.connection(now));
    }

    /** Returns how many interfaces are open. */
    public int open() {
        return posts.size();
    }

    /** Closes all; what the workloads have opened stays for the next agent. */
    public void close() {
        closed = true;
        posts.values().forEach(ControlPost::close);
        posts.clear();
    }
}

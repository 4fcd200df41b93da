package io.muster.agent;

import io.muster.agent.reconcile.RunningWorkload;
import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Samples the load again and again, while somebody hears it. From the serial. */
final class LoadTeller {
    private static final Logger log = LoggerFactory.getLogger(LoadTeller.class);
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final AgentName agent;
    private final LoadSource source;
    private final Serial serial;
    private final Duration every;
    private final Supplier<List<RunningWorkload>> running;
    private final Timers<String> timer;
    private final Consumer<Load> told;
    private boolean sampling;
    private boolean heard;

    /**
     * Makes one that is silent.
     *
     * @param every how often; zero is never
     * @param running whom to measure
     * @param told gets each sample; while nobody hears, none
     */
    LoadTeller(
            AgentName agent,
            Node node,
            Serial serial,
            Duration every,
            Supplier<List<RunningWorkload>> running,
            Consumer<Load> told) {
        this.agent = agent;
        this.source = node.load();
        this.serial = serial;
        this.every = every;
        this.running = running;
        this.timer = new Timers<>(serial, node.random());
        this.told = told;
    }

    /** Somebody hears. */
    void begin() {
        heard = true;
        if (every.isPositive()) {
            after(FIRST);
        }
    }

    /** Nobody hears. */
    void pause() {
        heard = false;
        timer.cancelAll();
    }

    private void after(Duration pause) {
        timer.set("load", pause, false, this::tell);
    }

    private void tell() {
        after(every);
        if (sampling) {
            return; // the last sample is not back yet
        }
        sampling = true;
        var workloads = running.get();
        serial.offload(
                () -> source.sample(workloads),
                (load, failure) -> {
                    sampling = false;
                    if (load != null && heard) {
                        told.accept(load);
                    }
                    if (failure != null) {
                        log.atDebug()
                                .addKeyValue("agent", agent)
                                .setCause(failure)
                                .log("the load cannot be read");
                    }
                });
    }
}

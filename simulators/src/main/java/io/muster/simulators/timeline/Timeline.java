package io.muster.simulators.timeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of the workloads of a simulated cluster.
 *
 * @param seed of what was left to chance
 * @param agents in the order in which they were started
 * @param lasting how long it went on, in virtual time
 * @param lanes one for each workload
 * @param disturbances in the order of their beginnings; the first order is among them
 * @param asWished when all was as wished
 * @param amiss what was otherwise than wished in the end; empty if nothing was
 */
public record Timeline(
        long seed,
        List<String> agents,
        Duration lasting,
        List<Lane> lanes,
        List<Disturbance> disturbances,
        List<Interval> asWished,
        List<String> amiss) {
    /** Copies the lists. */
    public Timeline {
        agents = List.copyOf(agents);
        lanes = List.copyOf(lanes);
        disturbances = List.copyOf(disturbances);
        asWished = List.copyOf(asWished);
        amiss = List.copyOf(amiss);
    }

    /** From a time, and until another one. */
    public record Interval(Duration from, Duration until) {
        /** Returns how long it is. */
        public Duration length() {
            return until.minus(from);
        }
    }

    /**
     * What became of a workload.
     *
     * @param runtime the last one that it had
     * @param states each until the next one begins
     * @param lives when a process of it lived, whatever was known of that
     */
    public record Lane(String workload, String runtime, List<Shown> states, List<Interval> lives) {
        /** Copies the lists. */
        public Lane {
            states = List.copyOf(states);
            lives = List.copyOf(lives);
        }

        /** Returns the agents that it was on, each once, the first one first. */
        public List<String> agents() {
            return states.stream()
                    .map(Shown::agent)
                    .filter(agent -> !agent.isEmpty())
                    .distinct()
                    .toList();
        }
    }

    /**
     * What the server said of a workload from a time on.
     *
     * @param look how it is drawn
     * @param words the phase as tables show it; empty if there was none
     * @param info the reason, for people; may be empty
     * @param agent empty if none is known
     */
    public record Shown(Duration from, Look look, String words, String info, String agent) {}

    /**
     * Something that was ordered, or that befell the cluster.
     *
     * @param what such as {@code power-cut}
     * @param target such as an agent; may be empty
     * @param time until it was over, not until its consequences were
     * @param isOrder whether somebody wished for it
     * @param failed why it did not happen; empty if it did
     */
    public record Disturbance(
            String what,
            String target,
            Interval time,
            boolean isOrder,
            Optional<String> failed,
            Recovery recovery) {
        /** Returns what and whom, for people. */
        public String title() {
            return target.isEmpty() ? what : target + " " + what;
        }
    }

    /** When all was as wished again after a disturbance. */
    public sealed interface Recovery {
        /**
         * Nothing was ever otherwise than wished.
         *
         * @param before the next one, if that began before this one was over
         */
        record Unnoticed(Optional<String> before) implements Recovery {}

        /** From this time on all was as wished. */
        record At(Duration time) implements Recovery {}

        /** It was not before the next one began. */
        record Overtaken(String by) implements Recovery {}

        /** It was not before the end. */
        record Never() implements Recovery {}
    }
}

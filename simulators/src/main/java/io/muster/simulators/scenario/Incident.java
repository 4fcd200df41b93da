package io.muster.simulators.scenario;

import io.muster.api.name.WorkloadName;
import io.muster.simulators.plan.Mishap;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.List;

/**
 * A step of a scenario.
 *
 * @param lasting until it is over; zero for what is over at once
 */
public record Incident(Duration at, Duration lasting, What what) {
    /** Where a fault of a host is aimed at that of the server; no agent has this name. */
    public static final String SERVER = "the server";

    /** What happens. */
    public sealed interface What {
        /** Something goes wrong. */
        sealed interface Fault extends What {}

        /** Somebody orders something. */
        sealed interface Order extends What {}

        /**
         * A mishap of a node, of the server or of the broker.
         *
         * @param target an agent, {@link Incident#SERVER}, or empty if the mishap needs none
         */
        record Befall(Mishap mishap, String target) implements Fault {}

        /** No packet passes between these agents and the broker. */
        record Partition(List<String> agents) implements Fault {
            /** Copies the list. */
            public Partition {
                agents = List.copyOf(agents);
            }
        }

        /**
         * An instance ends, vanishes, or is paused.
         *
         * @param code what it ends with
         */
        record Strike(Mishap mishap, WorkloadName workload, int code) implements Fault {}

        /** All wall clocks jump. */
        record Jump(Duration by) implements Fault {}

        /**
         * The network treats messages worse.
         *
         * @param rate how often, from 0 to 1
         */
        record Disturb(NetworkFault fault, double rate) implements Fault {}

        /**
         * A manifest is applied.
         *
         * @param file as written: beside the scenario unless it is absolute
         */
        record Apply(String file) implements Order {}

        /** Workloads are deleted. */
        record Delete(List<WorkloadName> workloads) implements Order {
            /** Copies the list. */
            public Delete {
                workloads = List.copyOf(workloads);
            }
        }

        /**
         * Agents are drained, or that is taken back.
         *
         * @param drained whether nothing is to run there from now on
         */
        record Drain(List<String> agents, boolean drained) implements Order {
            /** Copies the list. */
            public Drain {
                agents = List.copyOf(agents);
            }
        }
    }
}

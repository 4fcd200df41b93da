package io.muster.api.state;

import java.util.List;

/** A rule that allows or denies a workload something on its control interface. */
public sealed interface AccessRule {
    /** Concerns the fields of the state that the masks name. */
    record StateRule(Operation operation, List<String> filterMasks) implements AccessRule {
        /** Copies the list. */
        public StateRule {
            filterMasks = List.copyOf(filterMasks);
        }
    }

    /** Concerns the logs of the workloads named; each name may hold one {@code *}. */
    record LogRule(List<String> workloadNames) implements AccessRule {
        /** Copies the list. */
        public LogRule {
            workloadNames = List.copyOf(workloadNames);
        }
    }

    /** What a state rule is about. */
    enum Operation {
        /** The rule has no effect. */
        NOTHING("Nothing"),
        /** Reading. */
        READ("Read"),
        /** Writing. */
        WRITE("Write"),
        /** Both. */
        READ_WRITE("ReadWrite");

        private final String spelling;

        Operation(String spelling) {
            this.spelling = spelling;
        }

        /** Returns the word of the manifest. */
        public String spelling() {
            return spelling;
        }
    }
}

package io.muster.transport;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Says once what the broker does not take. Remembers the last {@value #MEMORY}; what was forgotten
 * is said again.
 */
final class Complaints {
    private static final int MEMORY = 256;

    private final BiConsumer<String, String> said;
    private final Set<Complaint> known = new LinkedHashSet<>();

    Complaints(BiConsumer<String, String> said) {
        this.said = said;
    }

    void say(String topic, String why) {
        if (known.add(new Complaint(topic, why))) {
            if (known.size() > MEMORY) {
                known.remove(known.iterator().next());
            }
            said.accept(topic, why);
        }
    }

    private record Complaint(String topic, String why) {}
}

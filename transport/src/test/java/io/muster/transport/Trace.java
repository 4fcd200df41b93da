package io.muster.transport;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Writes down what a link asks of its bus, and what is granted. */
final class Trace {
    private final List<String> lines = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Returns the subscriptions made since the last call. */
    List<Subscription> takeSubscriptions() {
        var taken = List.copyOf(subscriptions);
        subscriptions.clear();
        return taken;
    }

    int indexOf(String line) {
        int index = lines.indexOf(line);
        if (index < 0) {
            throw new AssertionError("no \"" + line + "\" in " + lines);
        }
        return index;
    }

    /** The same connector, traced. */
    BusConnector of(BusConnector connector) {
        return (session, serial, listener) -> {
            var bus = connector.connect(session, serial, listener);
            return new Bus() {
                @Override
                public CompletionStage<Void> publish(Publication publication) {
                    lines.add("publish " + publication.topic());
                    return bus.publish(publication);
                }

                @Override
                public CompletionStage<Void> subscribe(Subscription subscription) {
                    subscriptions.add(subscription);
                    var filter = subscription.filter();
                    lines.add(
                            "subscribe "
                                    + filter
                                    + (subscription.wantsRetained() ? " with retained" : ""));
                    return bus.subscribe(subscription)
                            .whenComplete((_, _) -> lines.add("granted " + filter));
                }

                @Override
                public void close() {
                    lines.add("close");
                    bus.close();
                }
            };
        };
    }
}

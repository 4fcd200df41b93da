package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.ClientName;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class BacklogTest {
    private static final Requester ANN = new Requester.Client(new ClientName("ann"));
    private static final Requester BEN = new Requester.Client(new ClientName("ben"));

    private final Backlog backlog = new Backlog(4);

    @Test
    void serves_by_turns_and_each_in_order() {
        add(ANN, "a1", "a2", "a3");
        add(BEN, "b1");
        assertThat(backlog.holds(ANN)).isTrue();
        var ids = new ArrayList<String>();
        for (var next = backlog.next(); next.isPresent(); next = backlog.next()) {
            ids.add(next.get().response().id());
        }
        assertThat(ids).containsExactly("a1", "b1", "a2", "a3");
        assertThat(backlog.holds(ANN)).isFalse();
    }

    @Test
    void takes_no_more_than_its_bound() {
        add(ANN, "a1", "a2", "a3", "a4");
        assertThat(backlog.add(BEN, response("b1"))).isFalse();
        assertThat(backlog.holds(BEN)).isFalse();
        backlog.clear();
        assertThat(backlog.next()).isEmpty();
        add(BEN, "b1", "b2", "b3", "b4");
    }

    private void add(Requester requester, String... ids) {
        for (var id : ids) {
            assertThat(backlog.add(requester, response(id))).isTrue();
        }
    }

    private static Response response(String id) {
        return new Response(id, new Response.EventsCancelled());
    }
}

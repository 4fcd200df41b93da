package io.muster.server.core;

import io.muster.api.request.Response;
import io.muster.api.store.Answer;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The last answers to updates, so that each update is executed once however often it arrives. The
 * oldest are forgotten, by number and by size.
 *
 * @param order from the oldest
 * @param next number of the next answer
 * @param weight how much is remembered, in instances named
 */
record Answers(
        PMap<Asker, Response> byAsker, PSortedMap<Long, Asker> order, long next, long weight) {
    /** On average, answers name no more than this many instances. */
    private static final int MEAN_WEIGHT = 20;

    static final Answers NONE = new Answers(HashTreePMap.empty(), TreePMap.empty(), 0, 0);

    static Answers of(List<Answer> stored, int max) {
        var answers = NONE;
        for (var each : stored) {
            answers =
                    answers.with(
                            new Asker(each.requester(), each.response().id()),
                            each.response(),
                            max);
        }
        return answers;
    }

    Optional<Response> find(Asker asker) {
        return Optional.ofNullable(byAsker.get(asker));
    }

    Answers with(Asker asker, Response response, int max) {
        if (byAsker.containsKey(asker)) {
            return this;
        }
        var byAskerNext = byAsker.plus(asker, response);
        var orderNext = order.plus(next, asker);
        long weightNext = weight + weightOf(response);
        while (orderNext.size() > max
                || (weightNext > (long) max * MEAN_WEIGHT && orderNext.size() > 1)) {
            var oldest = orderNext.firstEntry();
            var forgotten = byAskerNext.get(oldest.getValue());
            weightNext -= forgotten == null ? 0 : weightOf(forgotten);
            byAskerNext = byAskerNext.minus(oldest.getValue());
            orderNext = orderNext.minusFirstEntry();
        }
        return new Answers(byAskerNext, orderNext, next + 1, weightNext);
    }

    private static long weightOf(Response response) {
        return response.body() instanceof Response.Updated updated
                ? 1 + updated.added().size() + updated.deleted().size()
                : 1;
    }
}

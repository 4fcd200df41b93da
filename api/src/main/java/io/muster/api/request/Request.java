package io.muster.api.request;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.tree.Node;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Something asked of the server.
 *
 * @param id chosen by the requester, unique among its own; asking twice with one id is asking once
 */
public record Request(String id, Body body) {
    /** The longest id, in characters. */
    public static final int MAX_ID_LENGTH = 256;

    /** How many masks one request may have: enough to name every workload and config. */
    public static final int MAX_MASKS = 100_000;

    /** Of how many workloads one request may read logs. */
    public static final int MAX_LOG_INSTANCES = 64;

    /** For how many workloads one request may have images pulled. */
    public static final int MAX_IMAGE_ORDERS = 64;

    /** How many characters all their runtimeConfigs may have: an agent is told in one message. */
    public static final int MAX_IMAGE_TEXT = 256 << 10;

    /** Checks the id. */
    public Request {
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "request id has %d characters; use 1 to %d"
                            .formatted(id.length(), MAX_ID_LENGTH));
        }
    }

    /** What is asked. */
    public sealed interface Body {}

    /**
     * Change the desired state.
     *
     * @param newState a tree with the keys of a complete state, as far as the masks need it
     * @param masks which fields to take from it; a field that it lacks is removed; empty replaces
     *     the whole
     * @param ifRevision refuse it unless the desired state is at this revision
     * @param dryRun change nothing, and tell what would happen
     * @param images with a dry run: tell also what the workloads would need images for
     */
    public record UpdateState(
            Node.Entries newState,
            List<FieldMask> masks,
            Optional<Revision> ifRevision,
            boolean dryRun,
            boolean images)
            implements Body {
        /** Copies the list. */
        public UpdateState {
            masks = List.copyOf(masks);
        }

        /** An update of whatever is there. */
        public UpdateState(Node.Entries newState, List<FieldMask> masks) {
            this(newState, masks, Optional.empty(), false, false);
        }

        /** The same, if the desired state is at this revision. */
        public UpdateState ifAt(Revision revision) {
            return new UpdateState(newState, masks, Optional.of(revision), dryRun, images);
        }

        /** The same as a question: what would happen? */
        public UpdateState asDryRun() {
            return new UpdateState(newState, masks, ifRevision, true, images);
        }

        /** The same as a question that is also about images. */
        public UpdateState asDryRunWithImages() {
            return new UpdateState(newState, masks, ifRevision, true, true);
        }
    }

    /**
     * Tell the state.
     *
     * @param masks which fields; empty is everything
     * @param subscribe keep telling what changes in them, under the same id, until cancelled or the
     *     lease ends
     * @param from with a subscription: up to where everything is known. If what changed since is
     *     still kept, that is told instead of the state
     */
    public record GetState(List<FieldMask> masks, boolean subscribe, Optional<EventPosition> from)
            implements Body {
        /** Copies the list. */
        public GetState {
            masks = List.copyOf(masks);
        }

        /** Asks for the state itself. */
        public GetState(List<FieldMask> masks, boolean subscribe) {
            this(masks, subscribe, Optional.empty());
        }
    }

    /** End the subscription that has this request's id. */
    public record CancelEvents() implements Body {}

    /** Keep the subscription that was made with the request of this id. */
    public record RenewEvents(String subscription) implements Body {}

    /**
     * Tell what workloads have written, as far as it is kept. Asking again under the same id keeps
     * the stream: it ends with its lease.
     *
     * @param instances whose logs
     */
    public record GetLogs(List<InstanceName> instances, LogSelection selection) implements Body {
        /** Copies the list. */
        public GetLogs {
            instances = List.copyOf(instances);
            if (instances.size() > MAX_LOG_INSTANCES) {
                throw new IllegalArgumentException(
                        "logs of %d workloads at once; ask for at most %d"
                                .formatted(instances.size(), MAX_LOG_INSTANCES));
            }
        }
    }

    /**
     * Have agents get images, and tell how that goes: as a stream of logs, whose lines say what is
     * done, and whose stops say what came of it. It is kept, told and ended as those are.
     */
    public record PullImages(List<ImageOrder> orders) implements Body {
        /** Copies the list. */
        public PullImages {
            orders = List.copyOf(orders);
            if (orders.size() > MAX_IMAGE_ORDERS) {
                throw new IllegalArgumentException(
                        "images of %d workloads at once; ask for at most %d"
                                .formatted(orders.size(), MAX_IMAGE_ORDERS));
            }
            long text = orders.stream().mapToLong(each -> each.runtimeConfig().length()).sum();
            if (text > MAX_IMAGE_TEXT) {
                throw new IllegalArgumentException(
                        "the runtimeConfigs of all images have %d characters; ask for less, at most %d at once"
                                .formatted(text, MAX_IMAGE_TEXT));
            }
        }

        /** Returns what becomes of them. */
        public List<InstanceName> instances() {
            return orders.stream().map(ImageOrder::instance).toList();
        }

        /** The same of these alone. */
        public PullImages only(Collection<InstanceName> instances) {
            return new PullImages(
                    orders.stream().filter(each -> instances.contains(each.instance())).toList());
        }
    }

    /** End the stream of logs, or of images, that has this request's id. */
    public record CancelLogs() implements Body {}

    /** Tell which desired states are kept. */
    public record GetHistory() implements Body {}

    /** Tell the desired state as it was at a revision. */
    public record GetHistoryState(Revision revision) implements Body {}

    /**
     * Something that has an id and otherwise makes no sense; it is answered with a refusal.
     *
     * @param why what is wrong with it, for the message
     */
    public record Malformed(String why) implements Body {}
}

package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Gets images. Several who want the same one at a time pull it once, and share what comes of it.
 * Any thread.
 */
final class Images {
    /** A pull stops nobody, so it may take long: a large image, a slow line. */
    static final Duration PULL = Duration.ofMinutes(30);

    private static final int PULLS_AT_ONCE = 3;
    private static final int AHEAD_AT_ONCE = 2;

    /** More than the registries of a node, so that mostly each has turns of its own. */
    private static final int QUEUES = 64;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CommandLine program;
    private final ImageStore store;
    private final Semaphore ahead = new Semaphore(AHEAD_AT_ONCE, true);
    private final List<Turns> pulls =
            Stream.generate(() -> new Turns(PULLS_AT_ONCE, PATIENCE)).limit(QUEUES).toList();
    private final ConcurrentHashMap<WantedImage, CompletableFuture<Outcome>> underWay =
            new ConcurrentHashMap<>();

    /** What came of a pull that others wait for: a failure, or that they have to try themselves. */
    private record Outcome(Optional<RuntimeFailure> failure, boolean givenUp) {}

    /** Makes those of a program. */
    Images(CommandLine program, ImageStore store) {
        this.program = program;
        this.store = store;
    }

    /** Says whether it is on this node. */
    boolean has(WantedImage image) throws RuntimeFailure {
        return store.has(image);
    }

    /** Hears in words what is done with an image. */
    interface Progress {
        void is(String what);
    }

    /**
     * Returns when an image is there as it is wanted.
     *
     * @throws RuntimeFailure retryable, with what the program says, and what to do about it
     */
    void get(WantedImage image) throws RuntimeFailure {
        try {
            get(image, _ -> {});
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure(PullAdvice.with(e), e.retryable(), e);
        }
    }

    /**
     * The same for who gets images before they are needed: a few at a time, however long others
     * take, so that there is always a place for those that are needed now.
     */
    void getAhead(WantedImage image, Progress progress) throws RuntimeFailure {
        try {
            ahead.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted before its turn", true, e);
        }
        try {
            get(image, progress);
        } finally {
            ahead.release();
        }
    }

    private void get(WantedImage image, Progress progress) throws RuntimeFailure {
        switch (image.mode()) {
            case MISSING -> {
                if (store.has(image)) {
                    progress.is("is there");
                } else {
                    pull(image, progress);
                }
            }
            case ALWAYS -> pull(image, progress);
            case NEWER -> {
                try {
                    pull(image, progress);
                } catch (RuntimeFailure e) {
                    if (Thread.currentThread().isInterrupted() || !store.has(image)) {
                        throw e;
                    }
                    progress.is("could not be pulled; the one that is there stays");
                }
            }
            case NEVER -> {
                if (!store.has(image)) {
                    throw missing(image);
                }
                progress.is("is there");
            }
        }
    }

    static RuntimeFailure missing(WantedImage image) {
        return new RuntimeFailure(
                "the image %s is not on this node, and is not pulled, because its policy says never; load it there, or change the policy"
                        .formatted(image.name()),
                true);
    }

    private void pull(WantedImage image, Progress progress) throws RuntimeFailure {
        while (true) {
            var mine = new CompletableFuture<Outcome>();
            var other = underWay.putIfAbsent(image, mine);
            if (other == null) {
                pullFor(image, mine, progress);
                progress.is("was pulled");
                return;
            }
            progress.is("is being pulled for another already");
            var outcome = await(other);
            if (outcome.failure().isPresent()) {
                var failure = outcome.failure().get();
                throw new RuntimeFailure(
                        String.valueOf(failure.getMessage()), failure.retryable(), failure);
            }
            if (!outcome.givenUp()) {
                progress.is("was pulled");
                return;
            }
        }
    }

    private void pullFor(WantedImage image, CompletableFuture<Outcome> told, Progress progress)
            throws RuntimeFailure {
        var outcome = new Outcome(Optional.empty(), true);
        try {
            pulls(image)
                    .take(() -> {
                        progress.is("is being pulled");
                        return program.call(image.generalOptions(), PULL, words(image));
                    });
            outcome = new Outcome(Optional.empty(), false);
        } catch (RuntimeFailure e) {
            if (!Thread.currentThread().isInterrupted()) {
                outcome = new Outcome(Optional.of(e), false);
            }
            throw e;
        } finally {
            underWay.remove(image, told);
            told.complete(outcome);
        }
    }

    /** One registry that does not answer is no reason to wait for those who ask another. */
    private Turns pulls(WantedImage image) {
        return pulls.get(Math.floorMod(image.registry().hashCode(), QUEUES));
    }

    private static Outcome await(CompletableFuture<Outcome> told) throws RuntimeFailure {
        try {
            return told.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while another pulled the image", true, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("it is completed with a value only", e);
        }
    }

    private static List<String> words(WantedImage image) {
        var words = new ArrayList<String>(List.of("pull", "--quiet"));
        words.addAll(image.pullOptions());
        words.add(image.name());
        return words;
    }
}

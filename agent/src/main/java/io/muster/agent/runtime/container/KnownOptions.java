package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The general options with which containers were made, such as another storage root: without them a
 * listing after a restart of the agent would not find those containers. Kept on disk, one JSON list
 * a line; having none, the usual case, is not written. Any thread.
 */
final class KnownOptions {
    /** How many different ones may be in use. */
    static final int BOUND = 32;

    /**
     * What the agent before this one had begun to make goes on without it, and may be there only
     * after the first look: so many are taken, the slow ones among them, before nothing is taken
     * for nothing.
     */
    static final int FIRST_LOOKS = 3;

    private static final Logger log = LoggerFactory.getLogger(KnownOptions.class);

    private final Disk disk;
    private final String file;
    private final Map<List<String>, Integer> creating = new HashMap<>();

    /** Those with which was listed what there is, since this agent began. */
    private final Set<List<String>> listed = new HashSet<>();

    /** How often it was begun to make something. */
    private long begun;

    /** How often it was looked since this agent began, up to {@link #FIRST_LOOKS}. */
    private int looks;

    /** When that was so often, and nothing was being made, there was nothing; -1 for never. */
    private long nothingAt = -1;

    private @Nullable Set<List<String>> known;

    KnownOptions(Disk disk, String runtime) {
        this.disk = disk;
        this.file = runtime + "-options";
    }

    /** Returns all that are known, none first. */
    synchronized List<List<String>> all() {
        var all = new ArrayList<List<String>>();
        all.add(List.of());
        all.addAll(known());
        return all;
    }

    /** A question that is asked with each of the options. */
    interface Question<T> {
        List<T> ask(List<String> options) throws RuntimeFailure;
    }

    /**
     * Asks with all options that are known, and forgets those that lead to nothing. Those that are
     * refused now are left out with a warning: one such workload must not keep the agent from all
     * others.
     *
     * <p>Where nothing was found and nothing has been made since, nothing is asked but at the
     * beginning: a look costs more than anything else that an agent does while all is quiet.
     */
    <T> List<T> ask(Question<T> question) throws RuntimeFailure {
        long at;
        boolean conclusive;
        synchronized (this) {
            if (nothingAt == begun) {
                return List.of();
            }
            at = begun;
            conclusive = creating.isEmpty();
        }
        var answers = new ArrayList<T>();
        for (var options : all()) {
            try {
                var some = question.ask(options);
                answers.addAll(some);
                listed(options);
                if (some.isEmpty()) {
                    unused(options);
                }
            } catch (RuntimeFailure e) {
                if (options.isEmpty()) {
                    throw e;
                }
                conclusive = false;
                log.atWarn()
                        .setCause(e)
                        .addKeyValue("general-options", options)
                        .log("what was made with these general options cannot be listed");
            }
        }
        synchronized (this) {
            looks = Math.min(looks + 1, FIRST_LOOKS);
            if (conclusive && answers.isEmpty() && begun == at && looks == FIRST_LOOKS) {
                nothingAt = at;
            }
        }
        return answers;
    }

    /**
     * Remembers options before a container is made with them. To be followed by {@link #created}.
     *
     * @throws RuntimeFailure if there are too many
     */
    synchronized void creating(List<String> options) throws RuntimeFailure {
        var set = known();
        if (!options.isEmpty() && !set.contains(options)) {
            if (set.size() >= BOUND) {
                throw new RuntimeFailure(
                        "runtimeConfig.generalOptions: %s would be the %dth different ones on this agent; use the same in several workloads"
                                .formatted(options, BOUND + 1),
                        true);
            }
            set.add(options);
            save();
        }
        creating.merge(options, 1, Integer::sum);
        begun++;
    }

    private synchronized void listed(List<String> options) {
        listed.add(options);
    }

    /** Says whether no listing has looked yet at what was made with these options. */
    synchronized boolean areNew(List<String> options) {
        return !options.isEmpty() && !listed.contains(options);
    }

    /** The container was made, or not. */
    synchronized void created(List<String> options) {
        creating.computeIfPresent(options, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Forgets options with which nothing of ours exists, unless something is being made. */
    synchronized void unused(List<String> options) {
        if (!creating.containsKey(options) && known().remove(options)) {
            listed.remove(options);
            save();
        }
    }

    private Set<List<String>> known() {
        if (known == null) {
            var read = new LinkedHashSet<List<String>>();
            try {
                var text = disk.read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
                text.orElse("").lines().map(Json::list).forEach(read::add);
                read.remove(List.<String>of());
            } catch (IOException e) {
                log.atError()
                        .setCause(e)
                        .addKeyValue("file", file)
                        .log("containers made with general options may not be found");
            }
            known = read;
        }
        return known;
    }

    private void save() {
        var text =
                known().stream()
                        .map(Json::list)
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        try {
            disk.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) { // a full disk must not keep a workload from running
            log.atError()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log("containers made with general options may not be found by the next agent");
        }
    }
}

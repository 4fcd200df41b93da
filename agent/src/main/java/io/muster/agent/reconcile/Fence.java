package io.muster.agent.reconcile;

import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The highest version seen of each lineage: an agent never acts on an older one, across its own
 * restarts too.
 *
 * <p>Past lineages are remembered as well: a late message that once took over must not take over
 * again.
 *
 * @param seen one per lineage; first the lineage that is obeyed
 */
public record Fence(List<StateVersion> seen) {
    /** How many lineages are remembered. */
    static final int MOST_LINEAGES = 8;

    /** Nothing has been seen. */
    public static final Fence OPEN = new Fence(List.of());

    /** Copies the list. */
    public Fence {
        seen = List.copyOf(seen);
    }

    /** What a version is to this fence. */
    enum Ruling {
        /** Older than one seen: never acted upon. */
        OLDER,
        /** The newest there was. */
        SAME,
        /** Newer, or the first of all. */
        NEWER,
        /** Of a lineage that is not ours. */
        FOREIGN,
        /** Of a lineage that is ours from now on. */
        TAKES_OVER
    }

    /** Returns the newest version of the lineage that is obeyed. */
    public Optional<StateVersion> newest() {
        return seen.isEmpty() ? Optional.empty() : Optional.of(seen.getFirst());
    }

    Ruling judge(StateVersion version, boolean takeOver) {
        var known = of(version.lineage());
        if (seen.isEmpty()) {
            return Ruling.NEWER;
        }
        if (version.comparableTo(seen.getFirst())) {
            return version.isOlderThan(seen.getFirst())
                    ? Ruling.OLDER
                    : version.equals(seen.getFirst()) ? Ruling.SAME : Ruling.NEWER;
        }
        if (known.isPresent() && !known.get().isOlderThan(version)) {
            return Ruling.OLDER;
        }
        return takeOver ? Ruling.TAKES_OVER : Ruling.FOREIGN;
    }

    /** Returns the fence after this version was seen, whose lineage is the one obeyed from then. */
    Fence advancedTo(StateVersion version) {
        var highest = of(version.lineage()).filter(each -> version.isOlderThan(each));
        var versions = new ArrayList<StateVersion>();
        versions.add(highest.orElse(version));
        seen.stream()
                .filter(each -> !each.comparableTo(version))
                .limit(MOST_LINEAGES - 1L)
                .forEach(versions::add);
        return new Fence(versions);
    }

    /** Returns the newest version of a lineage. */
    Optional<StateVersion> of(Lineage lineage) {
        return seen.stream().filter(each -> each.lineage().equals(lineage)).findFirst();
    }

    /** Returns the form for the disk: a line per lineage. */
    public String text() {
        var text = new StringBuilder();
        for (var each : seen) {
            text.append(each.lineage())
                    .append(' ')
                    .append(each.epoch())
                    .append(' ')
                    .append(each.revision())
                    .append('\n');
        }
        return text.toString();
    }

    /** Reads {@link #text}; empty if it is damaged. */
    public static Optional<Fence> parse(String text) {
        var versions = new ArrayList<StateVersion>();
        for (var line : text.lines().toList()) {
            var words = line.split(" ", -1);
            if (words.length != 3 || versions.size() == MOST_LINEAGES) {
                return Optional.empty();
            }
            try {
                versions.add(
                        new StateVersion(
                                new Lineage(words[0]),
                                Long.parseLong(words[1]),
                                new Revision(Long.parseLong(words[2]))));
            } catch (IllegalArgumentException e) { // also of a malformed number
                return Optional.empty();
            }
        }
        return Optional.of(new Fence(versions));
    }
}

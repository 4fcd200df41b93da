package io.muster.server.store;

import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import io.muster.api.store.Answer;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StartupMark;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Keeps everything as long as the object lives: for {@code --ephemeral}, and for simulations, where
 * it is the disk of a server that is closed or dies, and opened again by the next.
 */
public final class MemoryStore implements Store {
    private final TreeMap<WorkloadName, Head.Stored> workloads = new TreeMap<>();
    private final TreeMap<String, ConfigItem> configs = new TreeMap<>();
    private final TreeMap<AgentName, TagEdits> tags = new TreeMap<>();
    private final TreeSet<AgentName> met = new TreeSet<>();
    private final TreeSet<AgentName> drained = new TreeSet<>();
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<PastUpdate> past = new ArrayDeque<>();
    private final Lineage lineage;
    private final int maxAnswers;
    private Optional<StartupMark> startup = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private Revision revision = Revision.ZERO;
    private long epoch;

    /** An empty store with a lineage of its own. */
    public MemoryStore(RandomGenerator random) {
        this(random, SqliteStore.MAX_ANSWERS);
    }

    MemoryStore(RandomGenerator random, int maxAnswers) {
        this.lineage = Lineages.random(random);
        this.maxAnswers = maxAnswers;
    }

    /** Lets everything fail for this reason until it is empty, as a disk may. */
    public void fail(Optional<String> reason) {
        trouble = reason;
    }

    @Override
    public Head open() throws StoreException {
        check();
        boolean fresh = epoch == 0;
        epoch++;
        return new Head(
                lineage,
                epoch,
                revision,
                fresh,
                startup,
                workloads,
                configs,
                new ArrayList<>(answers),
                new ArrayList<>(past),
                tags,
                met,
                drained);
    }

    @Override
    public void commit(Commit commit) throws StoreException {
        check();
        workloads.putAll(commit.workloads());
        commit.deletedWorkloads().forEach(workloads::remove);
        configs.putAll(commit.configs());
        commit.deletedConfigs().forEach(configs::remove);
        answers.addAll(commit.answers());
        while (answers.size() > maxAnswers) {
            answers.removeFirst();
        }
        past.addAll(commit.past());
        while (!past.isEmpty() && past.getFirst().revision().compareTo(commit.pastFrom()) < 0) {
            past.removeFirst();
        }
        commit.tags()
                .forEach((agent, edits) -> {
                    if (edits.isEmpty()) {
                        tags.remove(agent);
                    } else {
                        tags.put(agent, edits);
                    }
                });
        met.removeAll(commit.forgotten());
        drained.removeAll(commit.forgotten());
        commit.drained()
                .forEach((agent, now) -> {
                    if (now) {
                        drained.add(agent);
                    } else {
                        drained.remove(agent);
                    }
                });
        startup = commit.startup().isPresent() ? commit.startup() : startup;
        revision = commit.revision();
    }

    @Override
    public void raise(long to, Revision toRevision) throws StoreException {
        check();
        epoch = to;
        revision = toRevision;
    }

    @Override
    public void meet(Set<AgentName> agents) throws StoreException {
        check();
        met.addAll(agents);
    }

    @Override
    public void close() {}

    private void check() throws StoreException {
        if (trouble.isPresent()) {
            throw new StoreException(trouble.get());
        }
    }
}

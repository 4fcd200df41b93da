package io.muster.simulators.plan;

import java.util.Locale;

/** What goes wrong in a simulated cluster, besides what the network does to single messages. */
public enum Mishap {
    /** The server dies and is started again. */
    SERVER_CRASH(Aim.NOTHING, Kind.LASTS),
    /** The server dies while it writes to its store, and nothing was written. */
    SERVER_CRASH_BEFORE_COMMIT(Aim.NOTHING, Kind.LASTS),
    /** The server dies while it writes to its store, and all was written. */
    SERVER_CRASH_AFTER_COMMIT(Aim.NOTHING, Kind.LASTS),
    /** Somebody starts another server with a store of its own for the same cluster. */
    RIVAL(Aim.NOTHING, Kind.LASTS),
    /** The server's disk is full. */
    STORE_FULL(Aim.NOTHING, Kind.LASTS),
    /** Each write of the server takes its time. */
    STORE_SLOW(Aim.NOTHING, Kind.LASTS),
    /** An agent dies and is started again; its workloads go on. */
    AGENT_CRASH(Aim.NODE, Kind.LASTS),
    /** An agent dies, and its runtime does all the same what it was asked for. */
    AGENT_CRASH_RUNTIME_GOES_ON(Aim.NODE, Kind.LASTS),
    /** A node loses its power: agent and workloads end; it is started again. */
    POWER_CUT(Aim.NODE, Kind.LASTS),
    /** A node loses its power while its agent writes, and the old content is on the disk. */
    POWER_CUT_BEFORE_WRITE(Aim.NODE, Kind.LASTS),
    /** A node loses its power while its agent writes, and the new content is on the disk. */
    POWER_CUT_AFTER_WRITE(Aim.NODE, Kind.LASTS),
    /** The agent's disk is full. */
    DISK_FULL(Aim.NODE, Kind.LASTS),
    /** The agent's disk can be read only. */
    DISK_READ_ONLY(Aim.NODE, Kind.LASTS),
    /** Each write of the agent takes its time. */
    DISK_SLOW(Aim.NODE, Kind.LASTS),
    /** No runtime of a node can tell what it has; all else works. */
    LISTING_FAILS(Aim.NODE, Kind.LASTS),
    /** No runtime of a node tells what it has before this is over; all else works. */
    LISTING_HANGS(Aim.NODE, Kind.LASTS),
    /** No runtime of a node answers. */
    RUNTIME_HANGS(Aim.NODE, Kind.LASTS),
    /** Whatever a node's runtimes are asked for fails. */
    RUNTIME_FAILS(Aim.NODE, Kind.LASTS),
    /** The connections of a host break. */
    CUT(Aim.HOST, Kind.MOMENT),
    /** No packet passes between a host and the broker for a while. */
    FREEZE(Aim.HOST, Kind.LASTS),
    /** The connections of a host break, and its wills are never published. */
    CUT_WITHOUT_WILL(Aim.HOST, Kind.MOMENT),
    /** No packet passes between some nodes and the broker; the choice has a bit for each. */
    PARTITION(Aim.NOTHING, Kind.LASTING_CHOICE),
    /** The broker is restarted and keeps what was retained. */
    BROKER_RESTART(Aim.NOTHING, Kind.LASTS),
    /** The broker is restarted and has lost what was retained. */
    BROKER_LOSS(Aim.NOTHING, Kind.LASTS),
    /** The broker is restarted with what was retained at an earlier time. */
    BROKER_OLD(Aim.NOTHING, Kind.LASTS),
    /** The broker loses what is retained, goes on, and tells nobody. */
    RETAINED_LOSS(Aim.NOTHING, Kind.MOMENT),
    /** A workload ends by itself. */
    EXIT(Aim.NODE, Kind.CHOICE),
    /** An instance is removed behind the agent's back. */
    VANISH(Aim.NODE, Kind.CHOICE),
    /** An instance is paused behind the agent's back, and goes on later. */
    PAUSE(Aim.NODE, Kind.LASTING_CHOICE),
    /** All wall clocks jump, by up to two days in either direction. */
    CLOCK_JUMP(Aim.NOTHING, Kind.CHOICE),
    /** Somebody starts an agent on another node, gives it a name that is taken, and ends it. */
    NAMESAKE(Aim.NODE, Kind.LASTS);

    /** What a mishap is aimed at. */
    public enum Aim {
        /** It needs no target. */
        NOTHING,
        /** A node with an agent. */
        NODE,
        /** A node, the server's host or the observer's. */
        HOST
    }

    /** What more there is to say about one. */
    private enum Kind {
        /** It is over at once. */
        MOMENT,
        /** It is over at once, and befalls one of several. */
        CHOICE,
        /** It lasts. */
        LASTS,
        /** It lasts, and befalls one of several. */
        LASTING_CHOICE
    }

    private final Aim aim;
    private final Kind kind;

    Mishap(Aim aim, Kind kind) {
        this.aim = aim;
        this.kind = kind;
    }

    /** Returns what it is aimed at. */
    public Aim aim() {
        return aim;
    }

    /** Says whether it goes on for a while, or what it ends is started again. */
    public boolean lasts() {
        return kind == Kind.LASTS || kind == Kind.LASTING_CHOICE;
    }

    /** Says whether it befalls one of several things that the target has. */
    public boolean chooses() {
        return kind == Kind.CHOICE || kind == Kind.LASTING_CHOICE;
    }

    /** Returns the word for it in a plan. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

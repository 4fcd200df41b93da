package io.muster.cli.table;

import java.util.List;
import java.util.SortedSet;

/** The table of configs: their names. */
public final class ConfigTable {
    private ConfigTable() {}

    /** Makes the table. */
    public static Table of(SortedSet<String> names) {
        return new Table(List.of("CONFIG"), names.stream().map(List::of).toList());
    }
}

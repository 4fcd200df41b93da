package io.muster.api.runtime;

import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;

/**
 * What an instance was made from, kept with it (as labels of a container): decides whether it is as
 * wished.
 *
 * @param digest of everything it is made of: runtime, rendered runtimeConfig, files, control
 *     interface; lower-case hex
 * @param lineage of the desired state that asked for it
 * @param changedAt of the workload; means something within the lineage only
 */
public record Mark(String digest, Lineage lineage, Revision changedAt) {}

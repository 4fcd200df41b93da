package io.muster.api.runtime;

import io.muster.api.name.InstanceName;
import java.util.Optional;

/**
 * An instance that is there.
 *
 * @param mark empty for one that another system made (Ankaios); it is recognised by its instance
 *     name
 */
public record Found(
        RuntimeId id, InstanceName instance, Optional<Mark> mark, Observation observation) {}

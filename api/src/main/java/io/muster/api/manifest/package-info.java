/**
 * Manifests as people write them, and trees as people read them: {@link
 * io.muster.api.manifest.ManifestReader} is the way in, {@link io.muster.api.manifest.YamlWriter}
 * and {@link io.muster.api.manifest.JsonWriter} are the ways out.
 */
@NullMarked
package io.muster.api.manifest;

import org.jspecify.annotations.NullMarked;

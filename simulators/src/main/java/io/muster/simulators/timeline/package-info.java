/**
 * What became of workloads over time, as data, and how it is shown: as text, as a drawing, as a
 * document for programs. Begin with {@link io.muster.simulators.timeline.Timeline}.
 */
@NullMarked
package io.muster.simulators.timeline;

import org.jspecify.annotations.NullMarked;

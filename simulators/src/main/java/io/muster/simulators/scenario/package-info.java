/**
 * What a user lets happen to a manifest in virtual time, as data, and how it is written. Begin with
 * {@link io.muster.simulators.scenario.Scenario}.
 */
@NullMarked
package io.muster.simulators.scenario;

import org.jspecify.annotations.NullMarked;

/**
 * System tests: the real programs, real processes, real containers. Begin with {@link
 * io.muster.tests.system.House}.
 */
@NullMarked
package io.muster.tests.system;

import org.jspecify.annotations.NullMarked;

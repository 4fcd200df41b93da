/** What a workload and its agent tell each other over the control interface. */
@NullMarked
package io.muster.api.control;

import org.jspecify.annotations.NullMarked;

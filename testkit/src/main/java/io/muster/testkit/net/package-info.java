/** Networks that fail on purpose: {@link io.muster.testkit.net.TcpRelay}. */
@NullMarked
package io.muster.testkit.net;

import org.jspecify.annotations.NullMarked;

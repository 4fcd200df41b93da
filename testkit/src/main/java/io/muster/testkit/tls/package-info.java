/** Certificates for tests: {@link io.muster.testkit.tls.SelfSigned}. */
@NullMarked
package io.muster.testkit.tls;

import org.jspecify.annotations.NullMarked;

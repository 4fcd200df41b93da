/**
 * For Java programs that run as workloads: read the state of the cluster, change it, and listen to
 * what changes, over the control interface. Begin with {@link io.muster.sdk.Muster#connect()}.
 *
 * <p>States and workloads are the messages of the protocol, generated into {@code
 * io.muster.sdk.proto}.
 */
@NullMarked
package io.muster.sdk;

import org.jspecify.annotations.NullMarked;

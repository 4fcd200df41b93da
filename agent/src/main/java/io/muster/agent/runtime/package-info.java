/** What the runtimes share: reading a runtimeConfig, and text for people. */
@NullMarked
package io.muster.agent.runtime;

import org.jspecify.annotations.NullMarked;

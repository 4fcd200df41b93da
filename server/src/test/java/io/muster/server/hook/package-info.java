/** Tests with real scripts. */
@NullMarked
package io.muster.server.hook;

import org.jspecify.annotations.NullMarked;

/** What the tests of several packages share. */
@NullMarked
package io.muster.api;

import org.jspecify.annotations.NullMarked;

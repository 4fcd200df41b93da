/** The names and numbers that identify things: each a value that is valid once it exists. */
@NullMarked
package io.muster.api.name;

import org.jspecify.annotations.NullMarked;

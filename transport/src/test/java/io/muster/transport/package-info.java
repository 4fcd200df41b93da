@NullMarked
package io.muster.transport;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.muster.server.store;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.muster.server.core;

import org.jspecify.annotations.NullMarked;

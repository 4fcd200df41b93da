@NullMarked
package io.muster.server;

import org.jspecify.annotations.NullMarked;

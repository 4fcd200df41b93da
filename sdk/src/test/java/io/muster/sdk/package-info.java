@NullMarked
package io.muster.sdk;

import org.jspecify.annotations.NullMarked;

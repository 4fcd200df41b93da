@NullMarked
package io.muster.testkit.host;

import org.jspecify.annotations.NullMarked;

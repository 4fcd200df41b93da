@NullMarked
package io.muster.testkit.topics;

import org.jspecify.annotations.NullMarked;

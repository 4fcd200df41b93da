/** What is put between programs and the C library in tests, such as a disk that forgets. */
@NullMarked
package io.muster.tests.preload;

import org.jspecify.annotations.NullMarked;

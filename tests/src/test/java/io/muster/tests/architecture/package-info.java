/** The shape of the house as tests: each rule's name says what it protects. */
@NullMarked
package io.muster.tests.architecture;

import org.jspecify.annotations.NullMarked;

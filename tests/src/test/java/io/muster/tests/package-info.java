/** System tests with the real programs, and rules about the modules. */
@NullMarked
package io.muster.tests;

import org.jspecify.annotations.NullMarked;

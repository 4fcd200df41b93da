/** Tests. */
@NullMarked
package io.muster.cli.difference;

import org.jspecify.annotations.NullMarked;

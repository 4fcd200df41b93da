/**
 * What the cluster looks like in text: pure functions from values to lines. Begin with {@link
 * io.muster.cli.table.Table}.
 */
@NullMarked
package io.muster.cli.table;

import org.jspecify.annotations.NullMarked;

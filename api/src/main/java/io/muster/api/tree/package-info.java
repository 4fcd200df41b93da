/**
 * State as a tree of keys and values: the form in which parts of it are read, merged and compared.
 */
@NullMarked
package io.muster.api.tree;

import org.jspecify.annotations.NullMarked;

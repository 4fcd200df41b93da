/**
 * What the shells ask of the machine: time, threads, files, processes. Simulations bring their own.
 */
@NullMarked
package io.muster.api.shell;

import org.jspecify.annotations.NullMarked;

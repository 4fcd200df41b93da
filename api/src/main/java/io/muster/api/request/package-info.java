/** What a client or a workload may ask of the server, and what it is told. */
@NullMarked
package io.muster.api.request;

import org.jspecify.annotations.NullMarked;

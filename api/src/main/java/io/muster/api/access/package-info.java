/**
 * What a workload may ask for over its control interface: {@link
 * io.muster.api.access.AccessRights}. The agent asks it first, and the server again, which trusts
 * no agent to speak for workloads that are not its own.
 */
@NullMarked
package io.muster.api.access;

import org.jspecify.annotations.NullMarked;

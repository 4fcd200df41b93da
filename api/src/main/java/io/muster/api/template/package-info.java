/**
 * Templates in workloads, filled from configs: {@link io.muster.api.template.WorkloadTemplates} is
 * the way in.
 *
 * <p>Needs the Handlebars library, which only those have who render: the server and the command
 * line.
 */
@NullMarked
package io.muster.api.template;

import org.jspecify.annotations.NullMarked;

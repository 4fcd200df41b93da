/** The table in {@code topics.md}, as a judge: {@link io.muster.testkit.topics.TopicTable}. */
@NullMarked
package io.muster.testkit.topics;

import org.jspecify.annotations.NullMarked;

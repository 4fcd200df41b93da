/** What every module's tests share: clocks, seeds, fakes and contract tests. */
@NullMarked
package io.muster.testkit;

import org.jspecify.annotations.NullMarked;

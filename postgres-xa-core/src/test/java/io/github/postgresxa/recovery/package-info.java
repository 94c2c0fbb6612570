/** Tests of recovery: what it finishes, what it leaves, and what it reports. */
@NullMarked
package io.github.postgresxa.recovery;

import org.jspecify.annotations.NullMarked;

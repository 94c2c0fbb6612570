/** Tests of the promise under faults, on real servers and real processes. */
@NullMarked
package io.github.postgresxa.reliability;

import org.jspecify.annotations.NullMarked;

/** When transactions and pools are measured. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;

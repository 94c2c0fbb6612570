/** PostgreSQL nodes and a message broker in one transaction, whose instances are killed at each step. */
@NullMarked
package io.github.postgresxa.reliability.mixed;

import org.jspecify.annotations.NullMarked;

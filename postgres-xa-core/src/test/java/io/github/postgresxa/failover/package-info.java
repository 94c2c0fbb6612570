/** Nodes that fail over, or go back in time. */
@NullMarked
package io.github.postgresxa.failover;

import org.jspecify.annotations.NullMarked;

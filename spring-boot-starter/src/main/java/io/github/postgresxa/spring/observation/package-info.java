/** Follows one transaction through the nodes, in traces and in the log. */
@NullMarked
package io.github.postgresxa.spring.observation;

import org.jspecify.annotations.NullMarked;

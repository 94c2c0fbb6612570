/** Nodes of PostgreSQL as CDI beans: {@link io.github.postgresxa.cdi.Node} says which. */
@NullMarked
package io.github.postgresxa.cdi;

import org.jspecify.annotations.NullMarked;

/** Transactions of the nodes and another resource: the manager decides, and its decision is on a node. */
@NullMarked
package io.github.postgresxa.mixed;

import org.jspecify.annotations.NullMarked;

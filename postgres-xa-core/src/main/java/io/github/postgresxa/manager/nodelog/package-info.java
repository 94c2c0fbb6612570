/**
 * The log of the embedded transaction manager on a node, and recovery from it, where another resource takes part.
 *
 * <p>Nothing here knows which manager that is.
 */
@NullMarked
package io.github.postgresxa.manager.nodelog;

import org.jspecify.annotations.NullMarked;

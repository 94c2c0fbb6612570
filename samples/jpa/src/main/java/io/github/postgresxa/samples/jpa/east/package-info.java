/** The entities of node east, and their repositories. */
@NullMarked
package io.github.postgresxa.samples.jpa.east;

import org.jspecify.annotations.NullMarked;

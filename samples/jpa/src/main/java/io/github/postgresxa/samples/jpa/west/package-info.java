/** The entities of node west, and their repositories. */
@NullMarked
package io.github.postgresxa.samples.jpa.west;

import org.jspecify.annotations.NullMarked;

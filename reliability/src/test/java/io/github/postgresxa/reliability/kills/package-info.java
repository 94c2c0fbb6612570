/** Measures how long the branches of a killed process stay prepared. */
@NullMarked
package io.github.postgresxa.reliability.kills;

import org.jspecify.annotations.NullMarked;

/** How long what a killed process left stays prepared. */
@NullMarked
package io.github.postgresxa.reliability.kills;

import org.jspecify.annotations.NullMarked;

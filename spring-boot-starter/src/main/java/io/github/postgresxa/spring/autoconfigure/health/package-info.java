/** When the health of the nodes is shown. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.health;

import org.jspecify.annotations.NullMarked;

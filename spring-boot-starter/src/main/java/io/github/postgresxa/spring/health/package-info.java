/** Health of each node, as far as transactions over several nodes need it. */
@NullMarked
package io.github.postgresxa.spring.health;

import org.jspecify.annotations.NullMarked;

/** Health of each node, where MicroProfile Health is there. */
@NullMarked
package io.github.postgresxa.cdi.health;

import org.jspecify.annotations.NullMarked;

/** The configured nodes: their names, known before any bean, and the beans of each. */
@NullMarked
package io.github.postgresxa.spring.node;

import org.jspecify.annotations.NullMarked;

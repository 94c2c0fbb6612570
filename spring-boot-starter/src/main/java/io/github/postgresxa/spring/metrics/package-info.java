/** The pools of the nodes as Spring Boot's meters want them. All other meters are the core's. */
@NullMarked
package io.github.postgresxa.spring.metrics;

import org.jspecify.annotations.NullMarked;

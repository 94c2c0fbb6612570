/** Entities and repositories of two nodes in one transaction. */
@NullMarked
package io.github.postgresxa.samples.jpa;

import org.jspecify.annotations.NullMarked;

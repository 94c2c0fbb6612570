/** Two banks on two PostgreSQL servers: what an application of this project looks like. */
@NullMarked
package io.github.postgresxa.samples.bank;

import org.jspecify.annotations.NullMarked;

/**
 * One PostgreSQL node: its address, its pool, its sessions and how SQL is sent over them.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.node;

import org.jspecify.annotations.NullMarked;

/**
 * The strict grammar of the names under which branches are prepared.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.gid;

import org.jspecify.annotations.NullMarked;

/**
 * What an application uses: connections that join the current transaction and are fenced when it is over.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.datasource;

import org.jspecify.annotations.NullMarked;

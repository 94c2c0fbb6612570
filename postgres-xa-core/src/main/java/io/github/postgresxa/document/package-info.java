/**
 * Documents for machines: what operations return, as JSON. For every front end that has no library for it.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.document;

import org.jspecify.annotations.NullMarked;

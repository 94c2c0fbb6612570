/** Explains why an application does not start, and what to change. */
@NullMarked
package io.github.postgresxa.spring.diagnostics;

import org.jspecify.annotations.NullMarked;

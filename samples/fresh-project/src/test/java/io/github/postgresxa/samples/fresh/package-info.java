/** A newcomer with nothing but the README. */
@NullMarked
package io.github.postgresxa.samples.fresh;

import org.jspecify.annotations.NullMarked;

/** Databases that carry the identity of another one, and their migration. */
@NullMarked
package io.github.postgresxa.copies;

import org.jspecify.annotations.NullMarked;

/** The model, checked. */
@NullMarked
package io.github.postgresxa.spec;

import org.jspecify.annotations.NullMarked;

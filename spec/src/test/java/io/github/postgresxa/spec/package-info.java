/** Runs the model checker on the model. */
@NullMarked
package io.github.postgresxa.spec;

import org.jspecify.annotations.NullMarked;

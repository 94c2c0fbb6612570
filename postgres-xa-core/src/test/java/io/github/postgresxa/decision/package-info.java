/** Tests of the statements and the schema of the decision log. */
@NullMarked
package io.github.postgresxa.decision;

import org.jspecify.annotations.NullMarked;

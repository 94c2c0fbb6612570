/** When transactions are traced and named in the log. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;

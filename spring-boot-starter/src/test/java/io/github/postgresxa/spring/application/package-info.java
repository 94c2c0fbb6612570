/** A sample application, as a user of the starter would write it. */
@NullMarked
package io.github.postgresxa.spring.application;

import org.jspecify.annotations.NullMarked;

/** The doctor's visit when an application has started. */
@NullMarked
package io.github.postgresxa.spring.doctor;

import org.jspecify.annotations.NullMarked;

/** Runs the doctor when an application has started. */
@NullMarked
package io.github.postgresxa.spring.doctor;

import org.jspecify.annotations.NullMarked;

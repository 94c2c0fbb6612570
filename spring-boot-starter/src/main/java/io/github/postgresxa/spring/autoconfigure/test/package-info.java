/** Gives the nodes of a test class to the application that it starts, and keeps all others out of its reach. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.test;

import org.jspecify.annotations.NullMarked;

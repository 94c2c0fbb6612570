/** The console: every command is one class, and says nothing but what the nodes say. */
@NullMarked
package io.github.postgresxa.cli;

import org.jspecify.annotations.NullMarked;

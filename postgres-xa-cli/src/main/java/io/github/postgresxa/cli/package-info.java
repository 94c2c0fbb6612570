/** The command line. Each command is one class and prints only what the nodes report. */
@NullMarked
package io.github.postgresxa.cli;

import org.jspecify.annotations.NullMarked;

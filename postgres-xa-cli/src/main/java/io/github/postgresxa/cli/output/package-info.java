/** What a command prints: lines for people, or one JSON document. */
@NullMarked
package io.github.postgresxa.cli.output;

import org.jspecify.annotations.NullMarked;

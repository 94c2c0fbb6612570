/** The nodes as an application's configuration names them: files, placeholders, environment. */
@NullMarked
package io.github.postgresxa.cli.config;

import org.jspecify.annotations.NullMarked;

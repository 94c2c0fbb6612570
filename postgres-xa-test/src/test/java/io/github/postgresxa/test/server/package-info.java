@NullMarked
package io.github.postgresxa.test.server;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.github.postgresxa.test.container;

import org.jspecify.annotations.NullMarked;

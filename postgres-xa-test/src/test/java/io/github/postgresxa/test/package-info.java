@NullMarked
package io.github.postgresxa.test;

import org.jspecify.annotations.NullMarked;

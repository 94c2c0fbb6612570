@NullMarked
package io.github.postgresxa.test.fault;

import org.jspecify.annotations.NullMarked;

/** The crash-point matrix: every message of the protocol, at every position, meets every kind of fault. */
@NullMarked
package io.github.postgresxa.reliability.matrix;

import org.jspecify.annotations.NullMarked;

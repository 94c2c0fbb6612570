/** One transaction over two nodes, without a framework. */
@NullMarked
package io.github.postgresxa.samples.plain;

import org.jspecify.annotations.NullMarked;

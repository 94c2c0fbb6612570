/** What an operator sees and does, over HTTP. */
@NullMarked
package io.github.postgresxa.cdi.operations;

import org.jspecify.annotations.NullMarked;

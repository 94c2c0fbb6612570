/** The same load and the same accidents on the stacks that Java applications use today. */
@NullMarked
package io.github.postgresxa.reliability.peers;

import org.jspecify.annotations.NullMarked;

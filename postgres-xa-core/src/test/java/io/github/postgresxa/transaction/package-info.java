/** Tests of the answers to a transaction manager, and the commit protocol without its servers. */
@NullMarked
package io.github.postgresxa.transaction;

import org.jspecify.annotations.NullMarked;

/** Makes the nodes known to the recovery of a server's transaction manager, or says that they are not. */
@NullMarked
package io.github.postgresxa.cdi.recovery;

import org.jspecify.annotations.NullMarked;

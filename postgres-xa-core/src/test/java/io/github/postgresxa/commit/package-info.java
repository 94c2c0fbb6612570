/** Commits, from the application down to the wire. */
@NullMarked
package io.github.postgresxa.commit;

import org.jspecify.annotations.NullMarked;

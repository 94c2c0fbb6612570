/** What a server has only so much of. */
@NullMarked
package io.github.postgresxa.limits;

import org.jspecify.annotations.NullMarked;

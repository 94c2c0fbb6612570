/** Random faults under load, for as long as you like. */
@NullMarked
package io.github.postgresxa.reliability.soak;

import org.jspecify.annotations.NullMarked;

/** The contract under transaction managers that an application brings. */
@NullMarked
package io.github.postgresxa.managers;

import org.jspecify.annotations.NullMarked;

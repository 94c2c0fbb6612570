/** Rights, roles, encryption and hostile schemas. */
@NullMarked
package io.github.postgresxa.security;

import org.jspecify.annotations.NullMarked;

/** Checks that no secret becomes visible. */
@NullMarked
package io.github.postgresxa.spring.security;

import org.jspecify.annotations.NullMarked;

/** What must not come out. */
@NullMarked
package io.github.postgresxa.spring.security;

import org.jspecify.annotations.NullMarked;

/** What several tests share. */
@NullMarked
package io.github.postgresxa.support;

import org.jspecify.annotations.NullMarked;

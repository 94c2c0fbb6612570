/** What {@code @Transactional} means over several PostgreSQL nodes. */
@NullMarked
package io.github.postgresxa.spring.transaction;

import org.jspecify.annotations.NullMarked;

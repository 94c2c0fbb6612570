/** What happens within {@code @Transactional} methods. */
@NullMarked
package io.github.postgresxa.cdi.transactional;

import org.jspecify.annotations.NullMarked;

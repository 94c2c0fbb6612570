/** The same claims against the usual stack, Atomikos' own pool over the driver's XADataSource, where they fail. */
@NullMarked
package io.github.postgresxa.stock;

import org.jspecify.annotations.NullMarked;

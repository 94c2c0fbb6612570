/**
 * How a JTA transaction manager is attached. Vendors' own classes appear only in the sub-packages.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.manager;

import org.jspecify.annotations.NullMarked;

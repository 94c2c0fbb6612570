/** Finds the transaction manager that the application or its server has. */
@NullMarked
package io.github.postgresxa.cdi.manager;

import org.jspecify.annotations.NullMarked;

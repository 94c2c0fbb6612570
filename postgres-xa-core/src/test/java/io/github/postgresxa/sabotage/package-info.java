/**
 * Tests the tests: breaks one rule of the product at a time and expects the simulation or a named test to notice.
 * The product itself has no switch for it.
 */
@NullMarked
package io.github.postgresxa.sabotage;

import org.jspecify.annotations.NullMarked;

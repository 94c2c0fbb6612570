/**
 * The page at {@code /}: what happens to transactions, live, and the buttons that break things. Your own application
 * does not need this.
 */
@NullMarked
package io.github.postgresxa.samples.bank.show;

import org.jspecify.annotations.NullMarked;

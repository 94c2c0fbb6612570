/** The page at {@code /}: what happens to transactions, live, and the buttons that hurt. An application of your own does not need this. */
@NullMarked
package io.github.postgresxa.samples.bank.show;

import org.jspecify.annotations.NullMarked;

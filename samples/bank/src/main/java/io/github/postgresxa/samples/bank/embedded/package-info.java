/** Servers for a bank that is started without any. An application of your own does not need this. */
@NullMarked
package io.github.postgresxa.samples.bank.embedded;

import org.jspecify.annotations.NullMarked;

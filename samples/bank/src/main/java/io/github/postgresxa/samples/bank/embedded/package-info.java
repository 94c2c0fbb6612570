/** Servers for a bank that is started without any. Your own application does not need this. */
@NullMarked
package io.github.postgresxa.samples.bank.embedded;

import org.jspecify.annotations.NullMarked;

/** Tests without a server. */
@NullMarked
package io.github.postgresxa.samples.bank.show;

import org.jspecify.annotations.NullMarked;

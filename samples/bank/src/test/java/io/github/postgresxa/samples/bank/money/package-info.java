/** Tests of orders, without a server. */
@NullMarked
package io.github.postgresxa.samples.bank.money;

import org.jspecify.annotations.NullMarked;

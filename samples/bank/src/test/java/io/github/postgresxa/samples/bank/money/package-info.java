/** What an order can be. */
@NullMarked
package io.github.postgresxa.samples.bank.money;

import org.jspecify.annotations.NullMarked;

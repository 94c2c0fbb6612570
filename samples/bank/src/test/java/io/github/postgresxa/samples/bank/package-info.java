/** Tests of the bank, from outside. */
@NullMarked
package io.github.postgresxa.samples.bank;

import org.jspecify.annotations.NullMarked;

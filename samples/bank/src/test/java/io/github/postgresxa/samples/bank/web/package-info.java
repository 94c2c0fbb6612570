/** What a request can be. */
@NullMarked
package io.github.postgresxa.samples.bank.web;

import org.jspecify.annotations.NullMarked;

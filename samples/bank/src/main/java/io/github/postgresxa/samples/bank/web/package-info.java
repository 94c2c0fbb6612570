/** The bank over HTTP. */
@NullMarked
package io.github.postgresxa.samples.bank.web;

import org.jspecify.annotations.NullMarked;

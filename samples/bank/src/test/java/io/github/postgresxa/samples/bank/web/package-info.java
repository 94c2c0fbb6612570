/** Tests of requests, without a server. */
@NullMarked
package io.github.postgresxa.samples.bank.web;

import org.jspecify.annotations.NullMarked;

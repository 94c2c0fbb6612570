/** The bank over HTTP. */
package io.github.postgresxa.samples.jakarta.web;

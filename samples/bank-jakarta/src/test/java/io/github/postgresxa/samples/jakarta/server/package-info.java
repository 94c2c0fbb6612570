/** Servers of Jakarta EE as child processes of a test. Each has one class; the tests know only {@code Server}. */
package io.github.postgresxa.samples.jakarta.server;

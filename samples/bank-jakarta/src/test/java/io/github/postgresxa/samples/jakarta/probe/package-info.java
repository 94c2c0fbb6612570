/** What tests add to the bank: it runs in the server. */
package io.github.postgresxa.samples.jakarta.probe;

/** What tests add to the bank for persistence units of the server. */
package io.github.postgresxa.samples.jakarta.probe.unit;

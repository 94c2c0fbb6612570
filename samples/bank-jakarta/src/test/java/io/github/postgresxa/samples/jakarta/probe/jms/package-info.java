/** What tests add to the bank where the server has a broker. */
package io.github.postgresxa.samples.jakarta.probe.jms;

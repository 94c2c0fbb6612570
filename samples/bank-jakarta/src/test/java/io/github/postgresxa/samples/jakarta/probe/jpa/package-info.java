/** What tests add to the bank for JPA. */
package io.github.postgresxa.samples.jakarta.probe.jpa;

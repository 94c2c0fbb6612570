/** What the bank promises on a server, one claim for each feature: the same tests on every server. */
package io.github.postgresxa.samples.jakarta;

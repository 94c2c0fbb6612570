/** A bank on two PostgreSQL nodes, for servers of Jakarta EE. */
package io.github.postgresxa.samples.jakarta;

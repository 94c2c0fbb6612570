/** What is done when a Quarkus application is built: its beans, its checks, and the nodes of dev mode. */
@NullMarked
package io.github.postgresxa.quarkus.deployment;

import org.jspecify.annotations.NullMarked;

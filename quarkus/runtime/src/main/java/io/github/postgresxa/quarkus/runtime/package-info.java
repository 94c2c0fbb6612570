/** What runs in a Quarkus application: the core, started with it and ended after its beans. */
@NullMarked
package io.github.postgresxa.quarkus.runtime;

import org.jspecify.annotations.NullMarked;

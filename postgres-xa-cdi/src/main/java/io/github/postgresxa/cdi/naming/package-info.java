/** The nodes in JNDI, for what a server looks up by name: a persistence unit of its own, for example. */
@NullMarked
package io.github.postgresxa.cdi.naming;

import org.jspecify.annotations.NullMarked;

/**
 * What applications may rely on under any JTA transaction manager, as one suite of tests on real servers.
 *
 * <p>{@link io.github.postgresxa.test.manager.JtaManagerContract} is the suite. A subclass says how an application is
 * started with a manager; everything else is standard JTA and JDBC, so the suite also runs within an application
 * server. It needs {@code org.assertj:assertj-core} and the JTA API beside JUnit. {@link
 * io.github.postgresxa.test.manager.SpringManagerContract} is the same for Spring's transactions over such a manager.
 */
@NullMarked
package io.github.postgresxa.test.manager;

import org.jspecify.annotations.NullMarked;

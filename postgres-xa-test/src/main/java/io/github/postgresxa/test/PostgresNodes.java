package io.github.postgresxa.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Runs PostgreSQL nodes for a JUnit test class.
 *
 * <p>Test methods, lifecycle methods and constructors get a node as a parameter of type {@link PostgresNode} that has
 * the node's name. Static code reaches it with {@link PostgresNode#of}.
 *
 * <pre>{@code
 * @PostgresNodes({"east", "west"})
 * class TransferIT {
 *     @Test
 *     void survivesACrash(PostgresNode east, PostgresNode west) { … }
 * }
 * }</pre>
 *
 * <p>A server is started once per JVM and name and serves one class after the other, so classes with nodes never run in
 * parallel. Each class begins with an empty database on each node, no prepared transaction, no role and no {@code ALTER
 * SYSTEM} of an earlier class, and a running server, whatever the class before did to it. Nested classes share the
 * nodes of the class around them.
 *
 * <p>With the Spring Boot starter, an application that the class starts ({@code @SpringBootTest} or another annotation
 * of Spring's test support) works with these nodes, whatever {@code application.yml}, the environment or any other
 * source says: {@code postgres.xa.nodes.<node>.url}, {@code username} and {@code password} are set before all others,
 * and the names have to be the configured ones. Each class has its own context, shared by its nested classes and
 * closed at its end. The address of a {@link io.github.postgresxa.test.fault.FaultProxy} in a {@code
 * @DynamicPropertySource} is used. An application that the class starts by hand is refused servers that a file or the
 * environment configures.
 *
 * <p>Servers are processes of this machine, or containers if the system property {@code postgres.xa.test.nodes} is
 * {@code testcontainers}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PostgresNodesExtension.class)
@ResourceLock("io.github.postgresxa.test.PostgresNodes")
public @interface PostgresNodes {

    /** {@return the names of the nodes} */
    String[] value();

    /**
     * {@return server settings that replace or complete the defaults, such as {@code max_prepared_transactions=0}}
     *
     * <p>By default a server is durable and has 64 prepared transactions and 200 connections.
     */
    String[] settings() default {};
}

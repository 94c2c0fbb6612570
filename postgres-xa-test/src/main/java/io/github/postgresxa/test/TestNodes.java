package io.github.postgresxa.test;

import io.github.postgresxa.test.server.OwnAddresses;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The nodes that a test class has, for code that connects another test framework to them.
 *
 * @param testClass the class that carries or inherits {@link PostgresNodes}
 * @param names their names
 * @param settings the settings of their servers
 */
public record TestNodes(Class<?> testClass, List<String> names, List<String> settings) {

    /** Copies the lists. */
    public TestNodes {
        names = List.copyOf(names);
        settings = List.copyOf(settings);
    }

    /**
     * Finds the nodes of a test class. A nested class without nodes shares those of the class around it.
     *
     * @param testClass any class
     * @return its nodes, or empty if it has none
     */
    public static Optional<TestNodes> of(Class<?> testClass) {
        @Nullable Class<?> type = testClass;
        while (type != null) {
            var declaring = type;
            var declared = AnnotationSupport.findAnnotation(type, PostgresNodes.class)
                    .map(wanted -> new TestNodes(declaring, List.of(wanted.value()), List.of(wanted.settings())));
            if (declared.isPresent()) {
                return declared;
            }
            type = Modifier.isStatic(type.getModifiers()) ? null : type.getEnclosingClass();
        }
        return Optional.empty();
    }

    /** {@return the names of the nodes of the test class that runs now; empty if it has none, or no test runs} */
    public static List<String> running() {
        return OpenNodes.names();
    }

    /**
     * {@return whether a JDBC URL leads only to servers and proxies that this JVM has started with this test kit}
     *
     * @param jdbcUrl any text
     */
    public static boolean own(String jdbcUrl) {
        return OwnAddresses.contain(jdbcUrl);
    }

    /**
     * {@return the running nodes, in the order of their names; started if the class has not begun yet}
     *
     * @throws IllegalStateException if a server cannot be started
     */
    public List<PostgresNode> start() {
        var nodes = OpenNodes.of(this);
        return names.stream().map(nodes::node).toList();
    }

    /**
     * Runs something when the class has ended, before its databases are dropped: what uses them is closed there.
     *
     * @param action must not throw
     */
    public void beforeEnd(Runnable action) {
        OpenNodes.of(this).beforeEnd(action);
    }
}

package io.github.postgresxa.test;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Opens the nodes of an annotated class and passes them, by name, to parameters that ask for them. */
final class PostgresNodesExtension implements BeforeAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PostgresNodesExtension.class);

    /**
     * The nodes of one class. JUnit closes what it finds in a store after all callbacks of the class, also those of
     * extensions that use the nodes. The servers outlive it.
     */
    private record Holder(TestNodes declared, ClassNodes nodes) implements AutoCloseable {
        @Override
        public void close() {
            OpenNodes.close(nodes);
        }
    }

    /** A nested class without the annotation uses the holder of the class around it, which JUnit finds for it. */
    @Override
    public void beforeAll(ExtensionContext context) {
        var testClass = context.getRequiredTestClass();
        TestNodes.of(testClass)
                .filter(declared -> declared.testClass() == testClass)
                .ifPresent(declared ->
                        context.getStore(NAMESPACE).put(Holder.class, new Holder(declared, OpenNodes.open(declared))));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresNode.class;
    }

    @Override
    public PostgresNode resolveParameter(ParameterContext context, ExtensionContext extensionContext) {
        var parameter = context.getParameter();
        var holder = extensionContext.getStore(NAMESPACE).get(Holder.class, Holder.class);
        if (!parameter.isNamePresent()) {
            throw new ParameterResolutionException(
                    "a PostgresNode parameter is found by its name: compile the tests with -parameters");
        }
        if (holder == null || !holder.declared().names().contains(parameter.getName())) {
            throw new ParameterResolutionException("no node is called '%s'. The nodes of this class are %s"
                    .formatted(
                            parameter.getName(),
                            holder == null ? "not running" : holder.declared().names()));
        }
        return holder.nodes().node(parameter.getName());
    }
}

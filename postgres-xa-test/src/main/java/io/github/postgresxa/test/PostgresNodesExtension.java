package io.github.postgresxa.test;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Opens the nodes of an annotated class and passes them, by name, to parameters that ask for them. */
final class PostgresNodesExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PostgresNodesExtension.class);

    /** Not the nodes themselves: JUnit closes what it finds in a store, and these servers outlive the class. */
    private record Holder(List<String> names, ClassNodes nodes) {}

    @Override
    public void beforeAll(ExtensionContext context) {
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), PostgresNodes.class)
                .ifPresent(wanted -> {
                    var names = List.of(wanted.value());
                    var nodes = TestNodes.open(names, List.of(wanted.settings()));
                    context.getStore(NAMESPACE).put(Holder.class, new Holder(names, nodes));
                });
    }

    /** A nested class without the annotation has no nodes to close. What is removed is never inherited. */
    @Override
    public void afterAll(ExtensionContext context) {
        var own = context.getStore(NAMESPACE).remove(Holder.class, Holder.class);
        if (own != null) {
            TestNodes.close(own.nodes());
        }
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
        if (holder == null || !holder.names().contains(parameter.getName())) {
            throw new ParameterResolutionException("no node is called '%s'. The nodes of this class are %s"
                    .formatted(parameter.getName(), holder == null ? "not running" : holder.names()));
        }
        return holder.nodes().node(parameter.getName());
    }
}

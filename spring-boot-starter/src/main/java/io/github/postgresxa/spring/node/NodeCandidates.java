package io.github.postgresxa.spring.node;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.core.MethodParameter;

/**
 * Takes the primary node's DataSource for no candidate where the name of the injection point is that of another node's.
 * Everywhere else it stays primary.
 */
final class NodeCandidates extends ContextAnnotationAutowireCandidateResolver {

    private final Nodes nodes;
    private final DoubtfulInjections doubtful;

    NodeCandidates(Nodes nodes) {
        this.nodes = nodes;
        this.doubtful = new DoubtfulInjections(nodes);
    }

    @Override
    public boolean isAutowireCandidate(BeanDefinitionHolder candidate, DependencyDescriptor injection) {
        if (!super.isAutowireCandidate(candidate, injection)) {
            return false;
        }
        if (hasQualifier(injection) || takesMany(injection)) {
            return true;
        }
        if (candidate.getBeanName().equals(NodesRegistrar.dataSource(nodes.primary())) && namesAnother(injection)) {
            return false;
        }
        doubtful.check(candidate.getBeanName(), injection, Objects.requireNonNull(getBeanFactory()));
        return true;
    }

    private boolean namesAnother(DependencyDescriptor injection) {
        String name = injection.getDependencyName();
        return nodes.names().stream()
                .filter(node -> !nodes.isPrimary(node))
                .anyMatch(node -> NodesRegistrar.dataSource(node).equals(name));
    }

    /** {@return whether all nodes are wanted, as a map for example} */
    private static boolean takesMany(DependencyDescriptor injection) {
        Class<?> declared = declaredType(injection);
        return declared != null
                && (declared.isArray()
                        || Collection.class.isAssignableFrom(declared)
                        || Map.class.isAssignableFrom(declared)
                        || BaseStream.class.isAssignableFrom(declared));
    }

    private static @Nullable Class<?> declaredType(DependencyDescriptor injection) {
        MethodParameter parameter = injection.getMethodParameter();
        if (parameter != null) {
            return parameter.getParameterType();
        }
        return injection.getField() == null ? null : injection.getField().getType();
    }
}

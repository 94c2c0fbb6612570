package io.github.postgresxa.spring.node;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.MethodParameter;

/**
 * Warns at the start of injection points that get the primary node although they probably mean another one: their name
 * speaks of it and is no bean's name, or the compiler has left out all names.
 */
final class DoubtfulInjections {

    private static final Logger LOG = LoggerFactory.getLogger(DoubtfulInjections.class);

    /** Parts of names that say nothing about a node, even if one is called so. */
    private static final Set<String> COMMON = Set.of(
            "data", "source", "sources", "jdbc", "client", "template", "named", "parameter", "operations", "db", "my");

    /** Beans of Spring Boot over the primary node, and what to do where another node is meant. */
    private static final Map<String, String> TEMPLATES =
            Map.of("jdbcTemplate", "JdbcTemplate", "namedParameterJdbcTemplate", "NamedParameterJdbcTemplate");

    private final Nodes nodes;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    DoubtfulInjections(Nodes nodes) {
        this.nodes = nodes;
    }

    /** Looks at an injection point without a qualifier, for which a bean is a candidate. */
    void check(String candidate, DependencyDescriptor injection, BeanFactory beans) {
        if (nodes.names().size() == 1 || !belongsToPrimary(candidate)) {
            return;
        }
        String name = injection.getDependencyName();
        if (name == null) {
            if (shouldHaveAName(injection, beans)) {
                warnOfMissingName(injection);
            }
        } else if (!beans.containsBean(name)) {
            mentioned(name).ifPresent(node -> warnOfName(candidate, injection, node));
        }
    }

    private boolean belongsToPrimary(String bean) {
        return bean.equals(NodesRegistrar.dataSource(nodes.primary()))
                || bean.equals(NodesRegistrar.client(nodes.primary()))
                || TEMPLATES.containsKey(bean);
    }

    private void warnOfName(String candidate, DependencyDescriptor injection, String node) {
        String template = TEMPLATES.get(candidate);
        String other =
                node + candidate.substring(template == null ? nodes.primary().length() : 0);
        if (warned.add(place(injection))) {
            LOG.warn(
                    "{} gets '{}', so it works with the primary node '{}', although its name speaks of node '{}'. {}",
                    place(injection),
                    candidate,
                    nodes.primary(),
                    node,
                    template == null
                            ? "Call it '%s', or add @Qualifier(\"%s\").".formatted(other, other)
                            : "For that node use its JdbcClient '%s', or define a bean: new %s(%s)."
                                    .formatted(NodesRegistrar.client(node), template, NodesRegistrar.dataSource(node)));
        }
    }

    private void warnOfMissingName(DependencyDescriptor injection) {
        if (warned.add(place(injection))) {
            LOG.warn(
                    "{} gets the primary node '{}', because its name is not in the compiled class. Compile with"
                            + " -parameters, or add a @Qualifier with the name of the bean.",
                    place(injection),
                    nodes.primary());
        }
    }

    /** A library takes the primary DataSource by its type. Two of one type make no sense without names. */
    private static boolean shouldHaveAName(DependencyDescriptor injection, BeanFactory beans) {
        MethodParameter parameter = injection.getMethodParameter();
        if (parameter == null) {
            return false;
        }
        long same = Stream.of(parameter.getExecutable().getParameterTypes())
                .filter(parameter.getParameterType()::equals)
                .count();
        return same > 1 || isOfTheApplication(parameter.getDeclaringClass(), beans);
    }

    private static boolean isOfTheApplication(Class<?> type, BeanFactory beans) {
        List<String> packages = AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
        String own = type.getPackageName() + ".";
        return packages.stream().anyMatch(each -> own.startsWith(each + "."));
    }

    /** {@return the other node that a name consists of or contains: west, westDs, dataSourceOfWest} */
    private Optional<String> mentioned(String name) {
        List<String> words = Stream.of(name.split("(?<=[a-z0-9])(?=[A-Z])|_"))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> !COMMON.contains(word))
                .toList();
        if (words.contains(nodes.primary())) {
            return Optional.empty();
        }
        return nodes.names().stream().filter(words::contains).findFirst();
    }

    private static String place(DependencyDescriptor injection) {
        @Nullable Field field = injection.getField();
        if (field != null) {
            return "The field '%s' of %s"
                    .formatted(field.getName(), field.getDeclaringClass().getName());
        }
        MethodParameter parameter = Objects.requireNonNull(injection.getMethodParameter());
        Executable executable = parameter.getExecutable();
        String name = parameter.getParameterName();
        return "The parameter %s of %s"
                .formatted(
                        name == null ? "%d".formatted(parameter.getParameterIndex() + 1) : "'" + name + "'",
                        executable instanceof Method method
                                ? "the method " + method.getDeclaringClass().getName() + "." + method.getName()
                                : "the constructor of "
                                        + executable.getDeclaringClass().getName());
    }
}

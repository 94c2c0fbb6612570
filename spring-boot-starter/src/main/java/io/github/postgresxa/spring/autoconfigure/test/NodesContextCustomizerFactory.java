package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.test.TestNodes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.util.ClassUtils;

/**
 * Customizes the application contexts of test classes that have nodes ({@code @PostgresNodes}). The others are marked,
 * because they may run in parallel to such a class and have servers of their own.
 */
final class NodesContextCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        return isTestKitPresent(testClass.getClassLoader()) ? Kit.customizer(testClass) : null;
    }

    /** Spring's test support calls this factory also where there is no test kit, or another framework than JUnit. */
    private static boolean isTestKitPresent(@Nullable ClassLoader loader) {
        return ClassUtils.isPresent("io.github.postgresxa.test.TestNodes", loader)
                && ClassUtils.isPresent("org.junit.platform.commons.support.AnnotationSupport", loader);
    }

    private static final class Kit {

        static ContextCustomizer customizer(Class<?> testClass) {
            return TestNodes.of(testClass)
                    .<ContextCustomizer>map(NodesContextCustomizer::new)
                    .orElseGet(ContextWithoutNodes::new);
        }
    }
}

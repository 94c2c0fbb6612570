package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.TestNodes;
import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.cache.DefaultCacheAwareContextLoaderDelegate;

/**
 * Starts the nodes of a test class before its application context, and configures the context with them. The context is
 * closed when the class ends, because its databases are dropped then.
 *
 * @param nodes the nodes. They are part of the key under which Spring caches the context, so a context is shared by
 *     the nested classes of its test class, and by no other class.
 */
record NodesContextCustomizer(TestNodes nodes) implements ContextCustomizer {

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        List<PostgresNode> running = nodes.start();
        nodes.beforeEnd(() ->
                new DefaultCacheAwareContextLoaderDelegate().closeContext(configuration, HierarchyMode.CURRENT_LEVEL));
        NodesPropertySource source = new NodesPropertySource(context.getEnvironment(), running);
        source.putFirst();
        context.addBeanFactoryPostProcessor(new Placement(source, nodes));
        context.getBeanFactory().addBeanPostProcessor(new NodeAddresses(running));
    }

    /** Runs as the first of all, when every other source is in its place and no node has a bean yet. */
    private record Placement(NodesPropertySource source, TestNodes nodes)
            implements BeanDefinitionRegistryPostProcessor {

        @Override
        public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
            if (registry instanceof org.springframework.beans.factory.config.ConfigurableBeanFactory beans) {
                beans.registerSingleton(
                        ConfiguredNames.BEAN, new ConfiguredNames(nodes.names(), source.namesConfiguredBeside()));
            }
            source.putFirst();
        }
    }
}

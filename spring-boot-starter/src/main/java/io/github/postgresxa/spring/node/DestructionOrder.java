package io.github.postgresxa.spring.node;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Beans that use a node are destroyed before the core, also where they were created before it and found the node later
 * ({@code @Lazy}). What a {@link NodesRegistrar} asks for while it makes a bean is not recorded as that bean's
 * dependency.
 */
public final class DestructionOrder implements BeanFactoryPostProcessor {

    private final Environment environment;
    private final String core;

    /**
     * @param environment knows the nodes
     * @param core the name of the core's bean
     */
    public DestructionOrder(Environment environment, String core) {
        this.environment = environment;
        this.core = core;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String node : Nodes.in(environment).names()) {
            beans.registerDependentBean(core, NodesRegistrar.dataSource(node));
            beans.registerDependentBean(NodesRegistrar.dataSource(node), NodesRegistrar.client(node));
        }
    }
}

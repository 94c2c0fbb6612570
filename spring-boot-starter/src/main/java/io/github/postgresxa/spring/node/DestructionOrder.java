package io.github.postgresxa.spring.node;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Makes Spring destroy the beans of the nodes, and so the beans that use a node, before the core; also those that were
 * created before it and got the node later ({@code @Lazy}). Spring does not record the beans that a
 * {@link NodesRegistrar} uses while it creates a bean as dependencies of that bean.
 */
public final class DestructionOrder implements BeanFactoryPostProcessor {

    private final Environment environment;
    private final String core;

    /**
     * Creates a post-processor that declares the dependencies.
     *
     * @param environment contains the names of the nodes
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

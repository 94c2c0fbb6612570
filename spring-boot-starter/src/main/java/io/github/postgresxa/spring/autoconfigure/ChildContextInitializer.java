package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.spring.node.InjectionByName;
import io.github.postgresxa.spring.transaction.LocalTransactionsCheck;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Injects nodes by name also in children of the application context that has the nodes, and refuses there, too, what
 * would run local transactions on a node.
 */
final class ChildContextInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.addBeanFactoryPostProcessor(beans -> {
            BeanFactory parent = beans.getParentBeanFactory();
            if (parent != null) {
                parent.getBeanProvider(InjectionByName.class)
                        .ifAvailable(byName -> byName.postProcessBeanFactory(beans));
                parent.getBeanProvider(LocalTransactionsCheck.class).ifAvailable(beans::addBeanPostProcessor);
            }
        });
    }
}

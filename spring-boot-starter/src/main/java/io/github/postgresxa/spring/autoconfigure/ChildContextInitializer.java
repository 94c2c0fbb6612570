package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.spring.node.InjectionByName;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** Injects nodes by name also in children of the application context that has the nodes. */
final class ChildContextInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.addBeanFactoryPostProcessor(beans -> {
            BeanFactory parent = beans.getParentBeanFactory();
            if (parent != null) {
                parent.getBeanProvider(InjectionByName.class)
                        .ifAvailable(byName -> byName.postProcessBeanFactory(beans));
            }
        });
    }
}

package io.github.postgresxa.spring.autoconfigure.test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/** Marks the context of a test class that has no nodes. All are equal, so contexts are shared as ever. */
record ContextWithoutNodes() implements ContextCustomizer {

    static final String MARK = "postgresXaTestWithoutNodes";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        context.getBeanFactory().registerSingleton(MARK, this);
    }
}

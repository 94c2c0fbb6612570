package io.github.postgresxa.spring.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateResolver;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.Environment;

/**
 * Injects {@code DataSource westDataSource} with the node in its name. Spring alone asks for a primary bean first and
 * looks at the name last, so the parameter would silently get the primary node.
 */
public final class InjectionByName implements BeanFactoryPostProcessor, PriorityOrdered {

    private static final Logger LOG = LoggerFactory.getLogger(InjectionByName.class);

    private final Environment environment;

    /**
     * Creates the post-processor.
     *
     * @param environment contains the names of the nodes
     */
    public InjectionByName(Environment environment) {
        this.environment = environment;
    }

    /** Also used for a child of the context with the nodes. */
    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (!(beans instanceof DefaultListableBeanFactory factory)) {
            return;
        }
        AutowireCandidateResolver present = factory.getAutowireCandidateResolver();
        if (present.getClass() == ContextAnnotationAutowireCandidateResolver.class) {
            factory.setAutowireCandidateResolver(new NodeCandidates(Nodes.in(environment)));
        } else if (!(present instanceof NodeCandidates)) {
            LOG.warn(
                    "A DataSource of another node than the primary one needs a @Qualifier here, because the application"
                            + " uses {}",
                    present.getClass().getName());
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}

package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.List;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes the transaction manager over the nodes primary, unless another one is. So {@code @Transactional} without a
 * qualifier uses it, also if the application has a transaction manager for something else (a Kafka producer). A primary
 * one that is not over JTA is refused.
 */
public final class PrimaryManager implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        List<String> here = ManagerTypes.all(beans).stream()
                .filter(beans::containsBeanDefinition)
                .toList();
        List<String> jta = ManagerTypes.maybeJta(beans);
        List<String> primary = here.stream()
                .filter(name -> beans.getBeanDefinition(name).isPrimary())
                .toList();
        for (String name : primary) {
            if (!jta.contains(name)) {
                throw refused(name, String.valueOf(beans.getType(name, false)));
            }
        }
        if (here.size() > 1 && primary.isEmpty() && jta.size() == 1 && here.containsAll(jta)) {
            beans.getBeanDefinition(jta.get(0)).setPrimary(true);
        }
    }

    static InvalidConfigurationException refused(String name, String type) {
        return new InvalidConfigurationException(
                ("The transaction manager '%s' (%s) is the one that @Transactional uses by default, and it is no"
                                + " JtaTransactionManager. A @Transactional method would commit every node on its own.")
                        .formatted(name, type),
                ("Remove @Primary from it, or the TransactionManagementConfigurer that names it: then @Transactional"
                                + " spans all nodes, and @Transactional(transactionManager = \"%s\") means the other"
                                + " one.")
                        .formatted(name));
    }
}

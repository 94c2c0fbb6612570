package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Checks the transaction managers that an application defines itself. If the one that {@code @Transactional} uses by
 * default is not over JTA, or one of them works on a node, that node would silently commit on its own; such a start is
 * refused. The check runs when all beans exist, because only then are their types known.
 */
public final class SpringManagerCheck implements SmartInitializingSingleton {

    private static final String OURS = """

                            @Bean
                            @Primary
                            JtaTransactionManager transactionManager(PostgresXa xa) {
                                return new PostgresXaTransactionManager(xa);
                            }""";

    private final ListableBeanFactory beans;

    /**
     * Creates the check.
     *
     * @param beans all beans of the application
     */
    public SpringManagerCheck(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<String, TransactionManager> managers =
                BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, TransactionManager.class);
        if (managers.values().stream().noneMatch(JtaTransactionManager.class::isInstance)) {
            throw new InvalidConfigurationException(
                    ("The application defines %s, and no JtaTransactionManager. A @Transactional method would commit"
                                    + " every node on its own.")
                            .formatted(described(managers)),
                    """
                    Remove that bean: then @Transactional spans all nodes. If something else needs it, declare it by its
                    own type instead of an interface, so that it does not replace the one over the nodes. Or define that
                    one, too:
                    """ + OURS);
        }
        checkDefault(managers);
        PostgresXa xa = beans.getBean(PostgresXa.class);
        managers.forEach((name, manager) -> LocalTransactionsCheck.check(name, manager, xa));
    }

    private void checkDefault(Map<String, TransactionManager> managers) {
        TransactionManager used = byDefault(managers);
        if (!(used instanceof JtaTransactionManager)) {
            String name = managers.entrySet().stream()
                    .filter(entry -> entry.getValue() == used)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("of the TransactionManagementConfigurer");
            throw PrimaryManager.refused(name, used.getClass().getName());
        }
    }

    private TransactionManager byDefault(Map<String, TransactionManager> managers) {
        TransactionManagementConfigurer configurer =
                beans.getBeanProvider(TransactionManagementConfigurer.class).getIfUnique();
        try {
            return configurer != null
                    ? configurer.annotationDrivenTransactionManager()
                    : beans.getBean(TransactionManager.class);
        } catch (NoUniqueBeanDefinitionException e) {
            throw new InvalidConfigurationException(
                    "The application has %s, and it is not clear which of them @Transactional uses."
                            .formatted(described(managers)),
                    "Mark the JtaTransactionManager with @Primary, and no other:\n" + OURS);
        }
    }

    private static String described(Map<String, TransactionManager> managers) {
        return managers.entrySet().stream()
                .map(manager -> "the transaction manager '%s' (%s)"
                        .formatted(
                                manager.getKey(), manager.getValue().getClass().getName()))
                .collect(Collectors.joining(" and "));
    }
}

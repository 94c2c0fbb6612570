package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.StartRefusedException;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * An application's own transaction manager replaces ours, as always in Spring Boot. If it is none over JTA, every node would
 * commit on its own, without a word. It is looked at when all beans exist, because only then are their types known.
 */
public final class SpringManagerCheck implements SmartInitializingSingleton {

    private final ListableBeanFactory beans;

    /**
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
            throw new StartRefusedException(
                    "The application defines %s, and no JtaTransactionManager. A @Transactional method would commit every node on its own."
                            .formatted(described(managers)),
                    """
                            Remove that bean: then @Transactional spans all nodes. If something else needs it, define the other one, too:

                            @Bean
                            @Primary
                            JtaTransactionManager transactionManager(PostgresXa xa) {
                                return new PostgresXaTransactionManager(xa);
                            }""");
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

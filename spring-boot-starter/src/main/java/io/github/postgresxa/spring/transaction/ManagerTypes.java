package io.github.postgresxa.spring.transaction;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

/** Classifies transaction managers by the declared types of their beans, before the beans exist. */
public final class ManagerTypes {

    private ManagerTypes() {}

    /**
     * Finds Spring's transaction managers over JTA.
     *
     * @param beans all beans
     * @return the names of the transaction managers that are managers over JTA, or whose declared type is so general
     *     that they may be
     */
    public static List<String> maybeJta(ListableBeanFactory beans) {
        return all(beans).stream()
                .filter(name -> maybeJta(beans.getType(name, false)))
                .toList();
    }

    static List<String> all(ListableBeanFactory beans) {
        return List.of(
                BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, TransactionManager.class, true, false));
    }

    private static boolean maybeJta(@Nullable Class<?> declared) {
        return declared == null
                || JtaTransactionManager.class.isAssignableFrom(declared)
                || declared.isAssignableFrom(JtaTransactionManager.class);
    }
}

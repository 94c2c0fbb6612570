package io.github.postgresxa.spring.transaction;

import java.util.Map;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Unbinds connections that Spring bound to the thread during {@code beforeCompletion}. Spring unbinds a connection in
 * the {@code beforeCompletion} of the connection's own synchronization. One that is registered that late is not called
 * any more, so code that runs after the end ({@code afterCommit}) would get a connection of the finished transaction.
 */
final class LateConnections {

    private final Predicate<DataSource> ofNode;

    /**
     * @param ofNode whether a DataSource leads to a node; a connection of another DataSource may belong to a
     *     transaction around this one and stays bound
     */
    LateConnections(Predicate<DataSource> ofNode) {
        this.ofNode = ofNode;
    }

    /**
     * Unbinds the connections. The caller calls it after {@code beforeCompletion} of all synchronizations and before
     * the transaction ends. Spring still closes what is unbound here.
     */
    void unbind() {
        for (Map.Entry<Object, Object> bound :
                TransactionSynchronizationManager.getResourceMap().entrySet()) {
            if (bound.getKey() instanceof DataSource dataSource
                    && bound.getValue() instanceof ConnectionHolder holder
                    && !holder.isOpen()
                    && ofNode.test(dataSource)) {
                TransactionSynchronizationManager.unbindResourceIfPossible(dataSource);
            }
        }
    }
}

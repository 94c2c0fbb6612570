package io.github.postgresxa.spring.transaction;

import java.util.Map;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Connections that Spring bound to the thread while its synchronizations were told of the coming end
 * ({@code beforeCompletion}). Spring unbinds a connection when that is told to the connection's own synchronization,
 * which came too late for it. What runs after the end ({@code afterCommit}) would be given a connection of the
 * transaction that is over.
 */
final class LateConnections {

    private final Predicate<DataSource> ofNode;

    /**
     * @param ofNode whether a DataSource leads to a node; what is bound for another one may belong to a transaction
     *     around this one
     */
    LateConnections(Predicate<DataSource> ofNode) {
        this.ofNode = ofNode;
    }

    /**
     * All synchronizations have been told, and the transaction has not ended yet. Spring still closes what is unbound
     * here.
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

package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.util.List;
import javax.sql.DataSource;

/** Any stack with a transaction manager, used as in a textbook: begin, a connection per node, commit. */
final class JtaContender implements Contender {

    private final UserTransaction transaction;
    private final List<? extends DataSource> nodes;
    private final Runnable end;

    /**
     * Creates the contender.
     *
     * @param transaction demarcation
     * @param nodes a data source per node
     * @param end closes them
     */
    JtaContender(UserTransaction transaction, List<? extends DataSource> nodes, Runnable end) {
        this.transaction = transaction;
        this.nodes = List.copyOf(nodes);
        this.end = end;
    }

    @Override
    public long run(Transfer transfer) throws Exception {
        transaction.begin();
        try {
            for (int node = 0; node < transfer.nodes(); node++) {
                try (Connection connection = nodes.get(node).getConnection()) {
                    if (transfer.readOnly()) {
                        connection.setReadOnly(true);
                    }
                    transfer.work(node, connection);
                }
            }
            long commitBegan = System.nanoTime();
            transaction.commit();
            return commitBegan;
        } catch (Exception e) {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        end.run();
    }
}

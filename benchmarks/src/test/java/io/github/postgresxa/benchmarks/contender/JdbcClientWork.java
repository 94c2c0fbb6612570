package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A transfer's statement on one node, over Spring's client. */
final class JdbcClientWork {

    private JdbcClientWork() {}

    static void run(JdbcClient client, Transfer transfer, int node) {
        if (transfer.writes(node)) {
            Transfer.changed(client.sql(Transfer.UPDATE)
                    .param(transfer.amount(node))
                    .param(transfer.account(node))
                    .update());
        } else {
            client.sql(Transfer.SELECT)
                    .param(transfer.account(node))
                    .query(Long.class)
                    .single();
        }
    }
}

package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@PostgresNodes("east")
class OpenWorkIT {

    /** It waits for three seconds, and looks ten times a second. */
    private static final int MOST = 40;

    @Test
    void anInterruptedThreadWaitsAsOthersDoAndIsInterruptedAfterwards(PostgresNode east) throws Exception {
        Bank.createAccounts(east);
        AtomicInteger looks = new AtomicInteger();
        Node node = new Node(Bank.settings(east), "operations");
        NodeQueries queries = new NodeQueries(List.of(node), task -> {
            looks.incrementAndGet();
            task.run();
        });
        try (Connection open = DriverManager.getConnection(east.jdbcUrl(), east.username(), east.password());
                Statement s = open.createStatement()) {
            open.setAutoCommit(false);
            s.execute("update account set balance = balance + 1");
            Thread.currentThread().interrupt();
            OpenWork found = OpenWork.after(queries, List.of(node));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(found.isNone()).isFalse();
            open.rollback();
        }
        assertThat(looks).hasValueBetween(2, MOST);
    }
}

package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.Journal;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.Stack;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * This project with its defaults. Only the retention is short, so that "away for longer than that" fits into a test.
 */
final class OwnStack implements Stack {

    private final PostgresXa xa;

    private OwnStack(Instance instance) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .transactionManager(ManagerKind.ATOMIKOS)
                .home("first-used")
                .name(instance.name())
                .decision(new DecisionSettings("pgxa", true, Duration.ofSeconds(2), false))
                .transactionTimeout(Duration.ofSeconds(10));
        for (NodeAddress node : instance.nodes()) {
            builder.node(new NodeSettings(
                    node.name(),
                    node.url() + System.getProperty("peers.url." + node.name(), ""),
                    node.username(),
                    node.password()));
        }
        this.xa = builder.build();
    }

    @Override
    public UserTransaction transaction() {
        return xa.userTransaction();
    }

    @Override
    public DataSource dataSource(String node) {
        return xa.dataSource(node);
    }

    @Override
    public void close() {
        xa.close();
    }

    /** Starts the stack. */
    public static final class Factory implements Stack.Factory {

        @Override
        public Stack open(Instance instance, Journal journal) {
            return new OwnStack(instance);
        }
    }
}

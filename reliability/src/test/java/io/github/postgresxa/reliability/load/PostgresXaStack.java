package io.github.postgresxa.reliability.load;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** This project with its defaults, except for the retention: a run of minutes should delete decisions, too. */
public final class PostgresXaStack implements Stack {

    /** How long decisions are kept at least. */
    public static final Duration RETENTION = Duration.ofSeconds(90);

    private final PostgresXa xa;

    private PostgresXaStack(PostgresXa xa) {
        this.xa = xa;
    }

    /** {@return a builder of {@link PostgresXa} for an instance, with its nodes} */
    public static PostgresXa.Builder builder(Instance instance) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .transactionManager(ManagerKind.ATOMIKOS)
                .name(instance.name())
                .decision(new DecisionSettings("pgxa", true, RETENTION, false))
                .transactionTimeout(Duration.ofSeconds(10));
        instance.nodes().forEach(n -> builder.node(n.name(), n.url(), n.username(), n.password()));
        return builder;
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
    public Optional<String> transactionId() {
        return xa.currentTransaction().map(TransactionId::toString);
    }

    @Override
    public void close() {
        xa.close();
    }

    /** Starts the stack. */
    public static final class Factory implements Stack.Factory {

        @Override
        public Stack open(Instance instance, Journal journal) {
            return new PostgresXaStack(builder(instance)
                    .listener(new XaListener() {
                        @Override
                        public void recovered(TransactionId id, String node, Outcome outcome) {
                            journal.note("recovered", outcome, node, id);
                        }
                    })
                    .build());
        }
    }
}

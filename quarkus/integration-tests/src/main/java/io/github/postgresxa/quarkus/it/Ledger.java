package io.github.postgresxa.quarkus.it;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.XAConnection;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.tm.XAResourceRecoveryRegistry;
import org.postgresql.xa.PGXADataSource;

/** Another resource: a PostgreSQL that is no node, with the driver's own XA. */
@ApplicationScoped
public class Ledger {

    private final PGXADataSource source = new PGXADataSource();
    private final boolean configured;
    private final TransactionManager manager;
    private final XAResourceRecoveryRegistry recovery;

    Ledger(
            @ConfigProperty(name = "ledger.url") Optional<String> url,
            TransactionManager manager,
            XAResourceRecoveryRegistry recovery) {
        this.manager = manager;
        this.recovery = recovery;
        this.configured = url.isPresent();
        url.ifPresent(source::setUrl);
    }

    void register(@Observes StartupEvent event) throws SQLException {
        if (configured) {
            try (Connection connection = source.getConnection()) {
                connection.createStatement().execute("create table if not exists part (id text primary key)");
            }
            ForwardingXaResource open =
                    new ForwardingXaResource(source.getXAConnection().getXAResource());
            recovery.addXAResourceRecovery(() -> new ForwardingXaResource[] {open});
        }
    }

    void write(String id) {
        try {
            XAConnection open = source.getXAConnection();
            manager.getTransaction().enlistResource(new ForwardingXaResource(open.getXAResource()));
            try (PreparedStatement insert = open.getConnection().prepareStatement("insert into part values (?)")) {
                insert.setString(1, id);
                insert.executeUpdate();
            }
        } catch (SQLException | RollbackException | SystemException e) {
            throw new IllegalStateException(e);
        }
    }
}

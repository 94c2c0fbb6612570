package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.objectstore.ObjectStoreAPI;
import io.github.postgresxa.manager.nodelog.NodeLog;
import java.io.IOException;
import java.sql.SQLException;

/** A log in one of the nodes. The manager has a new name in each process, and keeps nothing beside it. */
final class LogInNode implements DurableLog {

    private final NodeLog log;

    LogInNode(NodeLog log) {
        this.log = log;
    }

    /** {@return the log, for recovery} */
    NodeLog log() {
        return log;
    }

    @Override
    public String managerName() {
        return log.name().text();
    }

    @Override
    public boolean exists() {
        return log.isRegistered();
    }

    @Override
    public void keepName() throws IOException {
        try {
            log.register();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public ObjectStoreAPI open() {
        return new DecisionStore(log);
    }

    @Override
    public void close() {
        log.close(); // No other process ever has this name.
    }
}

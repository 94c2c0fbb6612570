package io.github.postgresxa.manager.atomikos;

import com.atomikos.recovery.OltpLog;
import com.atomikos.recovery.OltpLogFactory;
import io.github.postgresxa.manager.nodelog.NodeLog;
import org.jspecify.annotations.Nullable;

/**
 * Creates the log of the Atomikos that this library starts. Atomikos finds the factory through
 * {@code META-INF/services}, also where the application starts it: that one keeps the log of its own.
 */
public final class LogOnDemandFactory implements OltpLogFactory {

    /** Creates the factory; called by the service loader. */
    public LogOnDemandFactory() {}

    /** {@return our log; null for Atomikos' own} */
    @Override
    public @Nullable OltpLog createOltpLog() {
        if (!AtomikosCore.isStarting()) {
            return null;
        }
        NodeLog log = AtomikosCore.nodeLog();
        return log == null ? new LogOnDemand() : new NodeOltpLog(log);
    }
}

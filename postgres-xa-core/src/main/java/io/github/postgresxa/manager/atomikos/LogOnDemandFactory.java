package io.github.postgresxa.manager.atomikos;

import com.atomikos.recovery.OltpLog;
import com.atomikos.recovery.OltpLogFactory;

/** Creates the log; Atomikos finds this factory through {@code META-INF/services}. */
public final class LogOnDemandFactory implements OltpLogFactory {

    /** Creates the factory; called by the service loader. */
    public LogOnDemandFactory() {}

    @Override
    public OltpLog createOltpLog() {
        return new LogOnDemand();
    }
}

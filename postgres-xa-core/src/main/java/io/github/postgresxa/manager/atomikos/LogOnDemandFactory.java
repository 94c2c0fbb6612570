package io.github.postgresxa.manager.atomikos;

import com.atomikos.recovery.OltpLog;
import com.atomikos.recovery.OltpLogFactory;

/** Found by Atomikos through {@code META-INF/services}. */
public final class LogOnDemandFactory implements OltpLogFactory {

    /** For the service loader. */
    public LogOnDemandFactory() {}

    @Override
    public OltpLog createOltpLog() {
        return new LogOnDemand();
    }
}

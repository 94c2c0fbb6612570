package io.github.postgresxa.node;

import io.agroal.api.AgroalDataSourceListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what the pool has to say on to the log, at a level that does not alarm: its news are about single connections. */
final class PoolLog implements AgroalDataSourceListener {

    private static final Logger LOG = LoggerFactory.getLogger(NodePool.class);

    private final String node;

    PoolLog(String node) {
        this.node = node;
    }

    @Override
    public void onWarning(String message) {
        LOG.debug("pool of node {}: {}", node, message);
    }

    @Override
    public void onWarning(Throwable problem) {
        LOG.debug("pool of node {}: {}", node, problem.toString());
    }

    @Override
    public void onInfo(String message) {
        LOG.trace("pool of node {}: {}", node, message);
    }
}

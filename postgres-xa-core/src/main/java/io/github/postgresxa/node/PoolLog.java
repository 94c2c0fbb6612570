package io.github.postgresxa.node;

import io.agroal.api.AgroalDataSourceListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the pool's messages at a level that does not alarm: they concern single connections. */
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

package io.github.postgresxa.recovery;

import io.github.postgresxa.log.LogMessages;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of a server that does not keep what it acknowledged. Every promise rests on that setting, and unlike
 * {@code synchronous_commit} it cannot be set for a transaction.
 */
final class DurabilityWarning {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final String SETTINGS = """
            select name from pg_settings where name in ('fsync', 'full_page_writes') and setting = 'off' order by name
            """;

    private final Set<NodeLink> asked = ConcurrentHashMap.newKeySet();

    /** Checks a node once, as soon as it answers. */
    void check(NodeLink node) {
        if (node.identity() == null || asked.contains(node)) {
            return;
        }
        try {
            List<List<@Nullable String>> off = node.use(c -> c.send(SETTINGS).rows());
            if (!off.isEmpty()) {
                LOG.warn(
                        LogMessages.NOT_DURABLE,
                        node.node().name(),
                        off.stream().map(row -> String.valueOf(row.get(0))).toList());
            }
            asked.add(node);
        } catch (SQLException e) {
            LOG.debug(
                    "node '{}' did not answer whether it keeps what it acknowledges",
                    node.node().name(),
                    e);
        }
    }
}

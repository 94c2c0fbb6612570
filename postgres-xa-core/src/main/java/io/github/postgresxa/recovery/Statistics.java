package io.github.postgresxa.recovery;

import io.github.postgresxa.NodeStatistics;
import io.github.postgresxa.decision.Tables;
import io.github.postgresxa.node.Experience;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers for people. They are not part of a pass, because nothing may depend on them, and they are read rarely. The
 * number of decisions is the server's own estimate: the more rows there are, the more counting them would cost.
 */
final class Statistics {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final String question;
    private final MonotonicClock clock;
    private final Map<NodeLink, Long> asked = new ConcurrentHashMap<>();
    private final Map<NodeLink, Read> seen = new ConcurrentHashMap<>();

    /**
     * Creates the statistics.
     *
     * @param schema the decision log's
     */
    Statistics(String schema, MonotonicClock clock) {
        this.question = """
                select pg_catalog.pg_stat_get_live_tuples(pg_catalog.to_regclass('%s')),
                       (select (extract(epoch from max(clock_timestamp() - prepared)) * 1000)::bigint \
                from pg_prepared_xacts
                        where not (gid ~ '^pgxa/[12]/[0-9a-f-]{36}/[0-9a-f]{16}/[0-9a-f]{16}' \
                and database = current_database()))
                """.formatted(Tables.in(schema, Tables.DECISION));
        this.clock = clock;
    }

    /**
     * Queries a node that answers, unless it was queried a moment ago.
     *
     * @param rarity how many intervals a moment is
     */
    void collect(NodeMonitor monitor, int rarity) {
        NodeLink link = monitor.link();
        if (!monitor.status().reachable() || !due(link, rarity)) {
            return;
        }
        try {
            List<@Nullable String> row = link.use(w -> w.send(question).row());
            Long rows = number(row.get(0));
            Long oldest = number(row.get(1));
            seen.put(link, new Read(rows, oldest == null ? null : Duration.ofMillis(Math.max(0, oldest))));
        } catch (SQLException e) {
            LOG.debug("node '{}' did not answer with statistics", link.node().name(), e);
        }
    }

    private boolean due(NodeLink link, int rarity) {
        long now = clock.nanos();
        Long before = asked.get(link);
        if (before != null && now - before < rarity * INTERVAL.toNanos()) {
            return false;
        }
        asked.put(link, now);
        return true;
    }

    private static @Nullable Long number(@Nullable String text) {
        return text == null ? null : Long.valueOf(text);
    }

    /** {@return the last statistics of the node} */
    NodeStatistics of(NodeLink link) {
        Read read = seen.getOrDefault(link, Read.NOTHING);
        Experience experience = link.node().experience();
        return new NodeStatistics(
                link.node().name(),
                read.decisionRows,
                read.oldestForeign,
                experience.roundTrip(),
                experience.settling());
    }

    private record Read(
            @Nullable Long decisionRows, @Nullable Duration oldestForeign) {

        private static final Read NOTHING = new Read(null, null);
    }
}

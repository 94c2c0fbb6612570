package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.benchmarks.processor.Usage;
import io.github.postgresxa.test.PostgresNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * What servers have done since their start. Processor time comes from {@code /proc}, so this needs Linux.
 *
 * @param cpuSeconds of all their processes, including those that have ended
 * @param transactions that ended, in all databases; a query of recovery is one
 * @param flushes forced writes of the write-ahead log
 */
record ServerLoad(double cpuSeconds, double transactions, double flushes) {

    static ServerLoad of(PostgresNode... nodes) {
        double cpu = Usage.ofServers(Stream.of(nodes).map(Usage::postmaster).toList())
                        .nanos()
                / 1e9;
        double transactions = 0;
        double flushes = 0;
        for (PostgresNode node : List.of(nodes)) {
            transactions += node.queryForLong("select sum(xact_commit + xact_rollback) from pg_stat_database");
            flushes += node.flushes();
        }
        return new ServerLoad(cpu, transactions, flushes);
    }

    ServerLoad since(ServerLoad before) {
        return new ServerLoad(
                cpuSeconds - before.cpuSeconds, transactions - before.transactions, flushes - before.flushes);
    }
}

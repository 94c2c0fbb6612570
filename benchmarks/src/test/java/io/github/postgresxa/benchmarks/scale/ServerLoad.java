package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static final double TICKS_PER_SECOND = 100;

    static ServerLoad of(PostgresNode... nodes) {
        double cpu = 0;
        double transactions = 0;
        double flushes = 0;
        for (PostgresNode node : List.of(nodes)) {
            cpu += cpuSeconds(node);
            transactions += node.queryForLong("select sum(xact_commit + xact_rollback) from pg_stat_database");
            flushes += node.flushes();
        }
        return new ServerLoad(cpu, transactions, flushes);
    }

    ServerLoad since(ServerLoad before) {
        return new ServerLoad(
                cpuSeconds - before.cpuSeconds, transactions - before.transactions, flushes - before.flushes);
    }

    /** Sessions that have ended count at their parent. */
    private static double cpuSeconds(PostgresNode node) {
        try {
            Path data = node.dataDirectory().orElseThrow();
            String postmaster =
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
            double ticks = 0;
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                for (Path process : processes
                        .filter(p -> String.valueOf(p.getFileName()).matches("\\d+"))
                        .toList()) {
                    String[] stat = stat(process);
                    boolean isPostmaster = String.valueOf(process.getFileName()).equals(postmaster);
                    if (stat.length > 15 && (isPostmaster || stat[1].equals(postmaster))) {
                        ticks += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
                        ticks += isPostmaster ? Long.parseLong(stat[13]) + Long.parseLong(stat[14]) : 0;
                    }
                }
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the fields from the state on: the name before it may contain anything} */
    private static String[] stat(Path process) {
        try {
            String text = Files.readString(process.resolve("stat"));
            return text.substring(text.lastIndexOf(')') + 2).split(" ");
        } catch (IOException ended) {
            return new String[0];
        }
    }
}

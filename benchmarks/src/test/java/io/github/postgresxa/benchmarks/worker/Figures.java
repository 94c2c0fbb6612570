package io.github.postgresxa.benchmarks.worker;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The measurements of a worker during one slice. Times are nanoseconds.
 *
 * @param elapsed how long was measured
 * @param transactions how many were committed in that time
 * @param errors how many failed, before and after it, too
 * @param problem the first failure, or an empty text
 * @param p50 median of whole transactions
 * @param p99 of whole transactions
 * @param commitP50 median of commits alone
 * @param commitP99 of commits alone
 * @param cpu processor time of the whole process
 * @param allocated bytes, of all its threads
 * @param switches context switches of all its threads
 * @param serverCpu processor time of all processes of the servers that it uses
 * @param serverSwitches context switches of the servers
 * @param roundTrips of all its connections
 * @param committed how many were committed, before and after the measured time, too
 * @param added what all committed transactions added to each node, also those before and after the measured time
 */
public record Figures(
        long elapsed,
        long transactions,
        long errors,
        String problem,
        long p50,
        long p99,
        long commitP50,
        long commitP99,
        long cpu,
        long allocated,
        long switches,
        long serverCpu,
        long serverSwitches,
        long roundTrips,
        long committed,
        long[] added) {

    private static final double SECOND = 1e9;

    /** {@return transactions per second} */
    public double throughput() {
        return transactions * SECOND / elapsed;
    }

    /** {@return microseconds of processor time in the JVM, per transaction} */
    public double cpuMicros() {
        return perTransaction(cpu / 1e3);
    }

    /** {@return microseconds of processor time of the servers, per transaction} */
    public double serverMicros() {
        return perTransaction(serverCpu / 1e3);
    }

    /** {@return microseconds of processor time in the JVM and of the servers, per transaction} */
    public double allMicros() {
        return cpuMicros() + serverMicros();
    }

    /** {@return context switches of the JVM and of the servers, per transaction} */
    public double allSwitches() {
        return perTransaction(switches + serverSwitches);
    }

    /** {@return round trips per transaction} */
    public double trips() {
        return perTransaction(roundTrips);
    }

    /** {@return bytes allocated per transaction} */
    public double bytes() {
        return perTransaction(allocated);
    }

    private double perTransaction(double sum) {
        return sum / Math.max(1, transactions);
    }

    Message message() {
        return Message.of(Message.OK)
                .with("elapsed", elapsed)
                .with("transactions", transactions)
                .with("errors", errors)
                .with("problem", problem)
                .with("p50", p50)
                .with("p99", p99)
                .with("commitP50", commitP50)
                .with("commitP99", commitP99)
                .with("cpu", cpu)
                .with("allocated", allocated)
                .with("switches", switches)
                .with("serverCpu", serverCpu)
                .with("serverSwitches", serverSwitches)
                .with("roundTrips", roundTrips)
                .with("committed", committed)
                .with("added", Arrays.stream(added).mapToObj(Long::toString).collect(Collectors.joining(",")));
    }

    static Figures of(Message message) {
        return new Figures(
                message.number("elapsed"),
                message.number("transactions"),
                message.number("errors"),
                message.value("problem"),
                message.number("p50"),
                message.number("p99"),
                message.number("commitP50"),
                message.number("commitP99"),
                message.number("cpu"),
                message.number("allocated"),
                message.number("switches"),
                message.number("serverCpu"),
                message.number("serverSwitches"),
                message.number("roundTrips"),
                message.number("committed"),
                Arrays.stream(message.value("added").split(","))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }
}

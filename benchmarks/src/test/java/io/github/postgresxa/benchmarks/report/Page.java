package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Cost;
import io.github.postgresxa.benchmarks.measurement.Options;
import io.github.postgresxa.benchmarks.measurement.Results;
import io.github.postgresxa.benchmarks.measurement.WarmUp;
import io.github.postgresxa.benchmarks.scenario.Block;
import io.github.postgresxa.benchmarks.scenario.Plan;
import io.github.postgresxa.benchmarks.scenario.Scenario;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The results as a page of the documentation. */
final class Page {

    private final Options options;
    private final Machine machine;
    private final Results results;
    private final Tables tables;
    private final Charts charts;
    private final String reading;
    private final String when;

    /**
     * Creates the page.
     *
     * @param reading an analysis of the figures, written by hand after profiling, or an empty text
     * @param when day and length of the run
     */
    Page(Options options, Machine machine, Results results, Charts charts, String reading, String when) {
        this.options = options;
        this.machine = machine;
        this.results = results;
        this.tables = new Tables(results);
        this.charts = charts;
        this.reading = reading;
        this.when = when;
    }

    String text() {
        StringBuilder page = new StringBuilder();
        page.append("""
                # Performance

                Written by `./mvnw -pl benchmarks -am verify -Pbenchmarks`, %s.
                The same work, done by this project, by the stacks that are in use, and by a protocol written by hand;
                all take turns on the same servers. What others measure on their machines will differ:
                compare ratios, not transactions per second.
                """.formatted(when));
        if (!options.whole()) {
            page.append("\n**Only a part of the measurement was run.**\n");
        }
        section(page, "", problems());
        section(page, "Asked and seen", targets());
        section(
                page,
                "",
                charts.show(Plan.TWO_WRITERS, "Throughput of all contenders, as ratio to the hand-written protocol"));
        section(page, "What it comes from", reading);
        section(page, "Who takes part", contenders());
        section(page, "Counted", costs());
        for (Block block : options.blocks()) {
            section(page, block.title(), tables(block));
        }
        section(page, "How it is measured", method());
        section(page, "Machine and versions", machineTable());
        section(page, "What this does not show", limits());
        section(page, "Run it", commands());
        return page.toString();
    }

    private static void section(StringBuilder page, String title, String text) {
        if (!text.isBlank()) {
            page.append('\n');
            if (!title.isEmpty()) {
                page.append("## ").append(title).append("\n\n");
            }
            page.append(text.strip()).append('\n');
        }
    }

    private String problems() {
        List<String> problems = results.problems(k -> true);
        return problems.isEmpty()
                ? "Every slice of every contender left all money and nothing prepared."
                : problems.stream().collect(Collectors.joining("\n* ", "**Not right:**\n\n* ", "\n"));
    }

    // ---- targets

    private String targets() {
        StringBuilder table = new StringBuilder("""
                Targets are judged by processor time and by what can be counted, which a busy machine changes little.
                The median of all rounds counts; in brackets the lowest and the highest round. Beside it is the
                throughput of the same contenders, as the same quotient.

                | work | figure | asked | seen | | throughput, ÷ |
                |---|---|---|---|---|---|
                """);
        for (Target target : Target.all()) {
            table.append("| %s | %s | %s %s | %s | %s | %s |\n"
                    .formatted(
                            target.circumstances(),
                            target.what(),
                            target.limit().sign(),
                            Tables.number(target.asked()),
                            target.seen().apply(results).map(Tables::spread).orElse("not measured"),
                            target.met(results)
                                    .map(met -> met ? "met" : "**missed**")
                                    .orElse(""),
                            target.throughput()
                                    .apply(results)
                                    .map(Tables::spread)
                                    .orElse("")));
        }
        return table + springsShare() + "\nThe start of an application is [measured](performance/scale.md), too.\n";
    }

    private String springsShare() {
        return results.ratio(Plan.STARTER, Kind.SPRING, Kind.HAND_WRITTEN, Figures::cpuMicros)
                .map(two -> """

                        Spring's own share of the starter's lines: the same work through Spring alone, with a
                        `DataSourceTransactionManager` for each node and no atomicity, takes %s of the hand-written
                        protocol's processor time in the JVM with two nodes%s.
                        """.formatted(
                                Tables.spread(two),
                                results.ratio(Plan.STARTER_ONE_NODE, Kind.SPRING, Kind.LOCAL, Figures::cpuMicros)
                                        .map(one -> ", and %s of plain JDBC's with one".formatted(Tables.spread(one)))
                                        .orElse("")))
                .orElse("");
    }

    // ---- contenders

    private String contenders() {
        return """
                | contender | what it does |
                |---|---|
                | %s | plain JDBC on pooled connections, and [the protocol](protocol.md) in as few statements as it \
                takes: `PREPARE TRANSACTION` on all writers but one, a decision row and `COMMIT` there in one round \
                trip, `COMMIT PREPARED` on the others. It knows who writes, checks little, and has no recovery. It is \
                1.00 of all ratios where two or more nodes write |
                | %s | `PREPARE TRANSACTION` everywhere, then `COMMIT PREPARED` everywhere. Nothing could finish it \
                after a crash |
                | %s | plain JDBC on pooled connections, one `COMMIT` after the other. A crash between them leaves \
                half a transfer |
                | %s | `AtomikosDataSourceBean` over the driver's `PGXADataSource`, its own log with default \
                settings; no test query |
                | %s | Narayana with Agroal over `PGXADataSource`; its default store (`ShadowNoFileLockStore`) |
                | %s | the same with the journal that WildFly uses (`HornetqObjectStoreAdaptor`) |
                | %s | `PostgresXa.builder()` with its defaults, `UserTransaction` |
                | %s | the same with `transactionManager(ManagerKind.NARAYANA)` |
                | %s | `PostgresXa.builder()` with `commit.acknowledge=decided`: the caller goes on when the \
                decision is durable, and `COMMIT PREPARED` is sent in the background. The other contenders \
                do not return before that |
                | %s | `PostgresXa.builder()` with its defaults, under Narayana's transaction manager, which the \
                application brings |
                | %s | `@Transactional` and a `JdbcClient` per node, no actuator |
                | %s | the same under Narayana's transaction manager |
                | %s | the starter with `spring-boot-starter-actuator`: meters, and no tracer |
                | %s | the same with a tracer (OpenTelemetry) that samples a tenth of all traces |
                | %s | no manager of global transactions: a `DataSourceTransactionManager` per node, one inside the \
                other, and `JdbcClient`. Not atomic; shows what Spring itself costs |
                """.formatted((Object[])
                java.util.Arrays.stream(Kind.values()).map(Kind::title).toArray(String[]::new));
    }

    // ---- counted

    private String costs() {
        if (results.costs().isEmpty()) {
            return "";
        }
        StringBuilder page = new StringBuilder("""
                One client, one transaction after the other, nothing else on the servers. Round trips are counted on
                the wire, the work's own included; flushes and bytes by the servers (`pg_stat_io`, the end of the
                write-ahead log). What managers force to their own logs comes on top and is not in here. Where the
                driver's `XAResource` is used, its `start` sends `BEGIN` by itself, which is one more round trip for
                each node.
                """);
        for (Cost.Work work : Cost.Work.values()) {
            List<Cost> costs = results.costs().stream()
                    .filter(c -> c.work() == work && c.problem().isEmpty())
                    .toList();
            if (!costs.isEmpty()) {
                page.append(("\n| %s | round trips | forced flushes of the servers | write-ahead log, bytes |\n|---|"
                                + "---|---|---|\n")
                        .formatted(work.title()));
                costs.forEach(c -> page.append("| %s | %s | %s | %,.0f |\n"
                        .formatted(
                                c.kind().title(),
                                Tables.number(c.roundTrips()),
                                Tables.number(c.flushes()),
                                c.walBytes())));
            }
        }
        return page.toString();
    }

    // ---- scenarios

    private String tables(Block block) {
        StringBuilder text = new StringBuilder();
        for (Scenario scenario : block.scenarios()) {
            text.append(tables.of(scenario));
        }
        if (text.isEmpty()) {
            return "";
        }
        for (String chart : List.of("two-writers-1ms", "clients", "distance", "writers")) {
            if (owner(chart).equals(block.title())) {
                text.append('\n').append(charts.show(chart, block.title())).append('\n');
            }
        }
        return text.toString();
    }

    /** {@return the title of the block that shows a chart} */
    private static String owner(String chart) {
        String scenario = switch (chart) {
            case "clients" -> Plan.clients(1);
            case "distance" -> Plan.distance(0);
            case "writers" -> Plan.writers(2);
            default -> chart;
        };
        return Plan.whole().stream()
                .filter(b -> b.scenarios().stream().anyMatch(s -> s.id().equals(scenario)))
                .map(Block::title)
                .findFirst()
                .orElse("");
    }

    // ---- plain words

    private String method() {
        return """
                * Every contender is a separate JVM, with the same heap and collector. Before anything is measured
                  it works until its own processor time per transaction has stopped falling, at most %s s; the table
                  below says how long that took.
                * A transaction is one statement on each of its nodes (`update account set balance = balance + ? where
                  id = ?`, or a `select` by key), then the commit. Each node has %,d accounts; clients choose by
                  chance, and for every round all contenders make the same choices.
                * Contenders take turns in slices of %s s (scenarios that no target asks for: half of that), %d
                  rounds, in another order each round. Only the one whose turn it is has connections: its pools hold
                  as many as there are clients. A slice counts when 0.4 s have passed and every client has done eight
                  transactions.
                * A ratio is taken between slices of the same round; the page shows the median of these ratios with
                  the lowest and the highest. Other figures are medians of the rounds.
                * "JVM" is the processor time of the contender's whole process, its compilers included; "servers"
                  that of all processes of the servers that it uses, those that ended included. Context switches are
                  those of both. Round trips are counted at the sockets of the driver, with those of recovery; flushes
                  by the servers (`pg_stat_io`), with those of the warm part of the slice.
                * Distance is a relay of this project on the same machine: every byte arrives half a round trip later,
                  in both directions.
                * After every slice the money on each node is compared with what its transactions reported as
                  committed, and nothing may be prepared any more. A contender that fails this check is called broken.
                * Between slices tables are vacuumed and decisions deleted, for all alike; before each group of
                  scenarios there is a checkpoint. Autovacuum is off.
                * This project's recovery scans the nodes every second while it is measured, as it does in an
                  application. For counting it is switched off; managers' recovery has long intervals anyway.

                [Every slice](performance/slices.csv) as a table.

                %s""".formatted(
                        seconds(options.warmUp().toMillis()),
                        io.github.postgresxa.benchmarks.work.Mix.ALL_ACCOUNTS,
                        seconds(options.slice().toMillis()),
                        options.rounds(),
                        warmUps());
    }

    private String warmUps() {
        if (results.warmUps().isEmpty()) {
            return "";
        }
        StringBuilder table = new StringBuilder("""
                | contender | warm after, s | its first seconds ÷ warm |
                |---|---|---|
                """);
        for (WarmUp warmUp : results.warmUps()) {
            table.append(Tables.row(
                    warmUp.kind().title(),
                    warmUp.took().toSeconds() + (warmUp.warm() ? "" : ", **still falling**"),
                    Tables.number(warmUp.fell())));
        }
        return table.toString();
    }

    private static String seconds(long millis) {
        return millis % 1000 == 0 ? Long.toString(millis / 1000) : String.format(Locale.ROOT, "%.1f", millis / 1e3);
    }

    private String machineTable() {
        StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
        machine.facts().forEach((name, value) -> table.append("| %s | %s |\n".formatted(name, value)));
        return table.toString();
    }

    private static String limits() {
        return """
                * Servers, contenders and relay share the processors of one machine. Where processors are the limit, a
                  contender that uses fewer of them leaves more to the servers; on separate machines the servers would
                  not notice.
                * All nodes write to one disk, so flushes that could happen at the same time wait for each other, and
                  a manager's log shares that disk as well.
                * Transactions are short: one statement per node. The longer the work, the less the commit matters.
                * This project deletes decisions in the background, an hour later (`retention`). A run of this length
                  does not see what that costs.
                * The hand-written protocol is not a product: without recovery, votes and checks it is what the
                  protocol costs at least.
                * No network, no TLS, no synchronous standby, no crash. How the stacks behave then is [another
                  page](reliability/peers.md).
                """;
    }

    private static String commands() {
        return """
                ```shell
                ./mvnw -pl benchmarks -am verify -Pbenchmarks                       # everything: this page, and the \
                start of an application
                ./mvnw -pl benchmarks -am verify -Pbenchmarks -Dbenchmarks.quick    # two writers, a minute or two; \
                the page goes to benchmarks/target/docs
                ```

                | option | default | |
                |---|---|---|
                | `-Dbenchmarks.targets` | | only the scenarios that a target uses, and the start of an application |
                | `-Dbenchmarks.scenarios` | all | %s |
                | `-Dbenchmarks.contenders` | all | %s |
                | `-Dbenchmarks.seconds` | 2 | length of a slice |
                | `-Dbenchmarks.rounds` | 5 | slices for each contender |
                | `-Dbenchmarks.warmup` | 150 | seconds that a contender works before, at most |
                | `-Dbenchmarks.seed` | a fixed one | of accounts, amounts and turns |
                | `-Dbenchmarks.java` | the JDK of the build | folder of another JDK for the contenders |
                | `-Dbenchmarks.jfr` | | a folder for recordings of the flight recorder, one per contender |
                | `-Dbenchmarks.out` | `docs`; `benchmarks/target/docs` where something is left out | folder for the \
                page |
                """.formatted(
                        Plan.whole().stream()
                                .flatMap(b -> b.scenarios().stream())
                                .map(s -> "`" + s.id() + "`")
                                .collect(Collectors.joining(", ")),
                        java.util.Arrays.stream(Kind.values())
                                .map(k -> "`" + k.id() + "`")
                                .collect(Collectors.joining(", ")));
    }
}

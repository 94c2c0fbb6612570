package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.security.Roles;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.PreparedTransaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Gids and names that are chosen to do harm. They are really prepared on a server whose log shows every statement
 * that reaches it.
 */
@PostgresNodes(
        value = {"east", "west"},
        settings = {"fsync=off", "synchronous_commit=off", "log_statement=all", "log_line_prefix=@@%a@@ "})
class HostileGidsIT {

    /** All 10,000: -Dpostgres.xa.fuzz.gids=10000 */
    private static final int GIDS = Integer.getInteger("postgres.xa.fuzz.gids", 1_200);

    private static final int BATCH = 60;

    private static final List<String> KNOWN = List.of(
            "",
            "'",
            "''",
            "\\'; drop table account; --",
            "'; commit prepared 'x'; --",
            "x'; rollback prepared 'y",
            "$$; drop table account; $$",
            "%s%n%d%",
            "4660_!!!not base64';drop table account_x_",
            "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg==",
            "line\nbreak\r\n2026-01-01 00:00:00 INFO forged",
            "\u001b[31mred\u001b[0m",
            "\u202eright to left",
            "pgxa",
            "pgxa/1/",
            "pgxa/1/not-a-transaction/0123456789abcdef/0123456789abcdef",
            "pgxa/2/00000000-0000-0000-0000-000000000001/0123456789abcdef/0123456789abcdef",
            "pgxa/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/0123456789abcdef'",
            "pgxa/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/0123456789abcdef\n",
            "PGXA/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/0123456789abcdef",
            "pg_gid_16390_1012",
            "citus_0_1234_4_0",
            "x".repeat(199),
            "pgxa/1/" + "é".repeat(96));

    private final long seed = Long.getLong("postgres.xa.fuzz.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    private String hostile(int number, String identity) {
        String noise = noise();
        String gid = switch (random.nextInt(4)) {
            case 0 -> number + noise;
            case 1 -> "pgxa/1/" + number + noise;
            case 2 -> changed("pgxa/1/%s/%s/%s".formatted(TransactionId.random(), identity, identity));
            default -> changed("pgxa/2/%s/%s/%2$s/00000001.QUJD.REVG".formatted(TransactionId.random(), identity));
        };
        while (gid.getBytes(StandardCharsets.UTF_8).length > 199) {
            gid = gid.substring(0, gid.length() - 1);
        }
        return gid;
    }

    private String noise() {
        String alphabet = "/-.'\"\\%;_$ \n\r\t\u001b\u202eé\u0660漢=+abcdef0123456789";
        StringBuilder noise = new StringBuilder();
        for (int i = random.nextInt(80); i > 0; i--) {
            noise.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return noise.toString();
    }

    /** Adds one character that no gid of ours contains. */
    private String changed(String gid) {
        String never = "'\"\\%; \n\u001b\u202eéGXYZ$";
        return new StringBuilder(gid)
                .insert(random.nextInt(gid.length() + 1), never.charAt(random.nextInt(never.length())))
                .toString();
    }

    @Test
    void areCountedAndNeverTouchedAndNoOtherStatementIsSent(PostgresNode east, PostgresNode west) throws Exception {
        RecoverySettings byHand = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);
        try (Bank bank = Bank.open(b -> b.recovery(byHand), east, west)) {
            west.execute("create table note (a int)");
            bank.xa.recoverNow();
            long before = logSize(west);
            bank.xa.recoverNow();
            Set<String> usual = statements(west, before);
            assertThat(usual).as("the log shows what recovery sends").isNotEmpty();

            String identity = Roles.identity(west);
            List<String> gids = new ArrayList<>(KNOWN);
            Set<String> distinct = new HashSet<>(gids);
            while (gids.size() < GIDS) {
                String gid = hostile(gids.size(), identity);
                if (distinct.add(gid)) {
                    gids.add(gid);
                }
            }
            long start = logSize(west);
            for (int from = 0; from < gids.size(); from += BATCH) {
                List<String> batch = gids.subList(from, Math.min(gids.size(), from + BATCH));
                prepare(west, batch);
                assertThat(bank.xa.recoverNow().problems()).as("seed %d", seed).isEmpty();
                bank.xa.recoverNow();
                assertThat(bank.xa.nodes().get(1).preparedForeign())
                        .as("seed %d", seed)
                        .isEqualTo(batch.size());
                assertThat(bank.xa.nodes().get(1).preparedOurs())
                        .as("seed %d", seed)
                        .isZero();
                assertThat(west.preparedTransactions())
                        .extracting(PreparedTransaction::gid)
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(batch);
                finish(west, batch);
            }
            assertThat(statements(west, start)).as("seed %d", seed).isEqualTo(usual);
            assertThat(bank.xa.inDoubt()).isEmpty();
        }
    }

    @Test
    void anApplicationOfAnyNameWritesNothingButItsData(PostgresNode east, PostgresNode west) throws Exception {
        for (String name : List.of(
                "o'brien",
                "b'); drop table account; --",
                "line\r\n2026-01-01 INFO forged",
                "\u001b[31mred",
                "%s%n",
                "a&user=postgres&ssl=true",
                "a?password=x",
                "\"quoted\" \\",
                "漢字 \u202e",
                "x".repeat(300),
                "")) {
            east.execute("drop table if exists pgxa.decision cascade", "drop schema if exists pgxa cascade");
            try (Bank bank = Bank.open(b -> b.name(name), east, west)) {
                bank.transaction().begin();
                bank.add("east", -1);
                bank.add("west", 1);
                bank.transaction().commit();
                assertThat(bank.balances()).as(name).containsExactly(999L, 1001L);
                assertThat(east.queryForString("select coordinator from pgxa.decision"))
                        .matches("[A-Za-z0-9_.:@ -]*")
                        .hasSameSizeAs(name);
                assertThat(east.queryForString("select string_agg(distinct application_name, '|') from pg_stat_activity"
                                + " where application_name like 'postgres-xa%'"))
                        .as("what the server shows")
                        .doesNotContain("\n", "\r", "\u001b")
                        .startsWith("postgres-xa ");
            }
        }
    }

    private static void prepare(PostgresNode node, List<String> gids) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            for (String gid : gids) {
                s.execute("begin");
                s.execute("insert into note values (1)");
                s.execute("prepare transaction " + literal(gid));
            }
        }
    }

    private static void finish(PostgresNode node, List<String> gids) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            for (String gid : gids) {
                s.execute("rollback prepared " + literal(gid));
            }
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    // ---- the server's log

    private static final Pattern STATEMENT = Pattern.compile(
            "@@postgres-xa [^@]*@@ LOG:  (?:statement|execute [^:]*): (.*?)(?=\\n@@|\\z)", Pattern.DOTALL);

    private static Path log(PostgresNode node) {
        Path data = node.dataDirectory().orElse(null);
        assumeTrue(data != null, "the log of a container is elsewhere");
        return Objects.requireNonNull(data).resolveSibling(data.getFileName() + ".log");
    }

    private static long logSize(PostgresNode node) throws IOException {
        return Files.size(log(node));
    }

    /** The statements of our application, each once. */
    private static Set<String> statements(PostgresNode node, long from) throws IOException {
        byte[] all = Files.readAllBytes(log(node));
        String text = new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);
        Set<String> found = new TreeSet<>();
        Matcher matcher = STATEMENT.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1).strip());
        }
        return found;
    }
}

package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.test.PostgresNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as a DBA runs it: in a separate process, beside the nodes east and west, without any application. */
abstract class ConsoleTest {

    PostgresNode east;
    PostgresNode west;

    @TempDir
    Path folder;

    /** What a process printed. */
    record Result(int exit, String out, String err) {}

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        for (PostgresNode node : nodes()) {
            node.execute(
                    Operations.ddl("pgxa"),
                    "truncate pgxa.decision",
                    "drop table if exists account",
                    "create table account (id int primary key, balance bigint not null)",
                    "insert into account values (1, 1000)");
        }
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        for (PostgresNode node : nodes()) {
            node.preparedTransactions()
                    .forEach(p -> node.execute(
                            "rollback prepared '%s'".formatted(p.gid().replace("'", "''"))));
        }
    }

    List<PostgresNode> nodes() {
        return List.of(east, west);
    }

    static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    /** {@return a transaction with a branch on each of the nodes, and with east as its home, that nobody decided} */
    UUID orphan(PostgresNode... nodes) throws SQLException {
        UUID id = UUID.randomUUID();
        for (PostgresNode node : nodes) {
            try (Connection c = node.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.execute("update account set balance = balance + 10 where id = (select max(id) from account)");
                s.execute("prepare transaction 'pgxa/1/%s/%s/%s'".formatted(id, identity(east), identity(node)));
            }
        }
        return id;
    }

    Result run(String... arguments) throws Exception {
        return run(Map.of(), Jar.COMMAND, List.of(arguments));
    }

    Result run(Map<String, String> environment, List<String> program, List<String> arguments) throws Exception {
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
        builder.environment().remove("COLUMNS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new Result(process.waitFor(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }

    Result withConfig(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", config().toString()));
        return run(all.toArray(String[]::new));
    }

    /** Only a name or an address may be longer than a line. */
    static void assertFits(String text) {
        assertThat(text.lines())
                .allMatch(line -> line.length() <= 80 || !line.strip().contains(" "));
    }

    static String oneLine(String text) {
        return text.replaceAll(" \\\\?\\R\\s*|\\R\\s*", " ");
    }

    /** {@return a file for {@code --config} with both nodes} */
    Path config() throws IOException {
        Path config = folder.resolve("nodes.properties");
        StringBuilder text = new StringBuilder();
        for (PostgresNode node : nodes()) {
            String key = "postgres.xa.nodes.%s.".formatted(node.name());
            text.append("%surl=%s%n%susername=%s%n".formatted(key, Jar.url(node), key, node.username()));
            text.append("%spassword=%s%n".formatted(key, node.password()));
        }
        Files.writeString(config, text);
        return config;
    }
}

package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as a DBA runs it: in a separate process, without any application. */
@PostgresNodes({"east", "west"})
class CliIT {

    private static final String JAR = Path.of("target", "postgres-xa-cli.jar").toString();

    private PostgresNode east;
    private PostgresNode west;

    @TempDir
    private Path folder;

    record Result(int exit, String out, String err) {}

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "drop table if exists account",
                    "create table account (id int primary key, balance bigint not null)",
                    "insert into account values (1, 1000)");
        }
    }

    private Result run(String... arguments) throws Exception {
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out)
                .redirectError(err)
                .start();
        return new Result(process.waitFor(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }

    private Result onNodes(String... arguments) throws Exception {
        Path config = folder.resolve("nodes.properties");
        Files.writeString(
                config,
                ("postgres.xa.nodes.east.url=%s%npostgres.xa.nodes.east.username=%s%n"
                                        + "postgres.xa.nodes.east.password=%s%n")
                                .formatted(east.jdbcUrl(), east.username(), east.password())
                        + ("postgres.xa.nodes.west.url=%s%npostgres.xa.nodes.west.username=%s%n"
                                        + "postgres.xa.nodes.west.password=%s%n")
                                .formatted(west.jdbcUrl(), west.username(), west.password()));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", config.toString()));
        return run(all.toArray(String[]::new));
    }

    private UUID orphan() throws SQLException {
        UUID id = UUID.randomUUID();
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("update account set balance = balance + 10 where id = 1");
            s.execute("prepare transaction 'pgxa/1/%s/%s/%s'".formatted(id, identity(east), identity(west)));
        }
        return id;
    }

    private static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    private void install() {
        east.execute(Operations.ddl("pgxa"));
        west.execute(Operations.ddl("pgxa"));
    }

    @Test
    void theDoctorNamesWhatIsMissingAndTheCommandThatMendsIt() throws Exception {
        east.execute("drop schema if exists pgxa cascade");
        west.execute("drop schema if exists pgxa cascade");
        Result sick = onNodes("doctor");
        assertThat(sick.exit()).isEqualTo(1);
        assertThat(sick.out()).contains("schema 'pgxa' of the decision log is missing", "postgres-xa-cli.jar schema");

        Result ddl = run("schema");
        assertThat(ddl.exit()).isZero();
        east.execute(ddl.out());
        west.execute(ddl.out());

        Result healthy = onNodes("doctor", "--all");
        assertThat(healthy.out()).contains("version " + DecisionSchema.VERSION, "fsync = on");
        assertThat(healthy.exit()).as(healthy.out()).isZero();
    }

    @Test
    void anOrphanIsListedExplainedAndSettledWithTheApplicationDown() throws Exception {
        install();
        UUID id = orphan();

        assertThat(onNodes("list").out())
                .contains(id.toString(), "postgres-xa", "west: 1 prepared", "east: 0 prepared");

        Result explained = onNodes("explain", id.toString());
        assertThat(explained.out())
                .contains(
                        "decision: NONE, kept at east",
                        "lock: relation RowExclusiveLock public.account",
                        "holds VACUUM back");

        Result refused = onNodes("resolve", id.toString(), "commit", "--expect", "none", "--reason", "ticket 1");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("would make it partial");
        assertThat(west.preparedTransactions()).hasSize(1);

        Result done = onNodes("resolve", id.toString(), "rollback", "--expect", "none", "--reason", "ticket 1");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out()).contains("west: rolled back");
        assertThat(done.err()).contains("audit", id.toString(), "ticket 1");
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(west.queryForLong("select balance from account where id = 1"))
                .isEqualTo(1000);
        assertThat(east.queryForString("select outcome from pgxa.decision where gtrid = '%s'".formatted(id)))
                .isEqualTo("A");
    }

    @Test
    void theDoctorsCommandForACopyGivesItAnIdentityOfItsOwn() throws Exception {
        install();
        String copy = "copy_for_cli";
        try (Connection c = java.sql.DriverManager.getConnection(
                        west.jdbcUrl().replace("/" + west.database(), "/postgres"), west.username(), west.password());
                Statement s = c.createStatement()) {
            s.execute("create database %s template %s".formatted(copy, west.database()));
            String url = west.jdbcUrl().replace("/" + west.database(), "/" + copy);
            String[] nodes = {
                "doctor", "--node", "west=" + west.jdbcUrl(), "--node", "copy=" + url, "--user", west.username()
            };
            Result sick = run(nodes);
            assertThat(sick.exit()).isEqualTo(1);
            Matcher command =
                    Pattern.compile("java -jar postgres-xa-cli.jar (adopt .*)").matcher(sick.out());
            assertThat(command.find()).as(sick.out()).isTrue();
            List<String> arguments = new ArrayList<>();
            Matcher word = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(command.group(1));
            while (word.find()) {
                arguments.add(word.group(1) == null ? word.group(2) : word.group(1));
            }
            arguments.addAll(List.of("--user", west.username()));

            Result done = run(arguments.toArray(String[]::new));
            assertThat(done.exit()).as(done.err()).isZero();
            assertThat(done.out()).contains("node copy: adopted as COPY", identity(west));
            assertThat(done.err()).contains("audit", "adopted node 'copy'");
            assertThat(run(nodes).out()).doesNotContain("adopt");
            s.execute("drop database %s with (force)".formatted(copy));
        }
    }

    @Test
    void nodesCanBeNamedOneByOne() throws Exception {
        install();
        Result listed = run("list", "--node", "west=" + west.jdbcUrl(), "--user", west.username());
        assertThat(listed.out()).as(listed.err()).contains("west: 0 prepared");
    }

    @Test
    void whatIsNotUnderstoodIsSaidInASentence() throws Exception {
        assertThat(run().exit()).isEqualTo(2);
        assertThat(run("doctor").err()).contains("No node is named").doesNotContain("Exception");
        assertThat(run("explain", "nonsense", "--node", "west=" + west.jdbcUrl())
                        .err())
                .contains("not a transaction id")
                .doesNotContain("Exception");
        assertThat(run("doctor", "--node", "west=jdbc:mysql://x").err())
                .contains("not a PostgreSQL JDBC URL")
                .doesNotContain("Exception");
        assertThat(run("resolve", "x").exit()).isEqualTo(2);
    }

    @Test
    void aNodeThatDoesNotAnswerIsAFindingAndNoCrash() throws IOException, Exception {
        Result result = run("doctor", "--node", "gone=jdbc:postgresql://127.0.0.1:1/x", "--user", "nobody");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("gone", "ERROR", "pg_isready");
    }
}

package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The jar, as a DBA runs it: what the doctor finds, an orphan, and how it is called. */
@PostgresNodes({"east", "west"})
class CliIT extends ConsoleTest {

    @Test
    void theDoctorNamesWhatIsMissingAndTheCommandThatFixesIt() throws Exception {
        east.execute("drop schema if exists pgxa cascade");
        west.execute("drop schema if exists pgxa cascade");
        Result sick = withConfig("doctor");
        assertThat(sick.exit()).isEqualTo(1);
        assertThat(oneLine(sick.out()))
                .contains("schema 'pgxa' of the decision log is missing", "postgres-xa-cli.jar schema --schema pgxa");
        assertFits(sick.out());

        Result ddl = run("schema");
        assertThat(ddl.exit()).isZero();
        east.execute(ddl.out());
        west.execute(ddl.out());

        Result healthy = withConfig("doctor", "--all");
        assertThat(healthy.out()).contains("version " + DecisionSchema.VERSION, "fsync = on");
        assertThat(healthy.exit()).as(healthy.out()).isZero();
        assertFits(healthy.out());
    }

    @Test
    void anOrphanIsListedExplainedAndSettledWithTheApplicationDown() throws Exception {
        UUID id = orphan(west);

        assertThat(withConfig("list").out())
                .contains(id.toString(), "postgres-xa", "west: 1 prepared", "east: 0 prepared");

        Result explained = withConfig("explain", id.toString());
        assertThat(explained.out())
                .contains(
                        "decision: NONE, kept at east",
                        "lock: relation RowExclusiveLock public.account",
                        "holds VACUUM back");
        assertFits(explained.out());

        Result refused = withConfig("resolve", id.toString(), "commit", "--expect", "none", "--reason", "ticket 1");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(oneLine(refused.err())).contains("would make it partial").doesNotContain("audit", "[");
        assertThat(west.preparedTransactions()).hasSize(1);

        Result done = withConfig("resolve", id.toString(), "rollback", "--expect", "none", "--reason", "ticket 1");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(oneLine(done.out()))
                .contains(
                        "west: rolled back",
                        id.toString(),
                        "by order of " + System.getProperty("user.name"),
                        "ticket 1");
        assertThat(done.err()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(west.queryForLong("select balance from account where id = 1"))
                .isEqualTo(1000);
        assertThat(east.queryForString("select outcome from pgxa.decision where gtrid = '%s'".formatted(id)))
                .isEqualTo("A");
    }

    @Test
    void theDoctorsCommandForACopyGivesItAnIdentityOfItsOwn() throws Exception {
        String copy = "copy_for_cli";
        try (Connection c = DriverManager.getConnection(
                        west.jdbcUrl().replace("/" + west.database(), "/postgres"), west.username(), west.password());
                Statement s = c.createStatement()) {
            s.execute("create database %s template %s".formatted(copy, west.database()));
            String url = west.jdbcUrl().replace("/" + west.database(), "/" + copy);
            String[] nodes = {
                "doctor",
                "--node",
                "west=" + Jar.url(west),
                "--node",
                "copy=" + Jar.patient(url),
                "--user",
                west.username()
            };
            Result sick = run(nodes);
            assertThat(sick.exit()).isEqualTo(1);
            Result done = run(Map.of(), List.of("sh", "-c", printedCommand(sick.out(), "adopt")), List.of());
            assertThat(done.exit()).as(done.err()).isZero();
            assertThat(oneLine(done.out())).contains("node copy: adopted as COPY", identity(west), "by order of");
            assertThat(done.err()).isEmpty();
            assertThat(run(nodes).out()).doesNotContain("adopt");
            s.execute("drop database %s with (force)".formatted(copy));
        }
    }

    @Test
    void nodesCanBeNamedOneByOne() throws Exception {
        Result listed = run("list", "--node", "west=" + Jar.url(west), "--user", west.username());
        assertThat(listed.out()).as(listed.err()).contains("west: 0 prepared");
    }

    @Test
    void whatIsNotUnderstoodIsSaidInASentence() throws Exception {
        Result missing = run("doctor", "--config", "missing.properties");
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err()).isEqualTo("There is no file missing.properties.%n".formatted());
        Result unknown = run("explain", "nonsense", "--node", "west=" + Jar.url(west));
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(oneLine(unknown.out())).contains("it is not a transaction id");
        assertThat(run("--version").out()).contains("postgres-xa ", "version " + DecisionSchema.VERSION);
    }

    @Test
    void aNodeThatDoesNotAnswerIsAFindingAndNoCrash() throws Exception {
        Result result = run("doctor", "--node", "gone=jdbc:postgresql://127.0.0.1:1/x", "--user", "nobody");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("gone", "ERROR", "run  $ pg_isready -h 127.0.0.1 -p 1");
    }

    /** The first command keeps the loaded classes for the next ones. Its printed commands call the script. */
    @Test
    void theScriptStartsTheJarAndKeepsItsClasses() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin of a person"));
        Files.copy(Jar.PATH, bin.resolve("postgres-xa-cli.jar"));
        Path script = Files.copy(
                Path.of("target", "postgres-xa"), bin.resolve("postgres-xa"), StandardCopyOption.COPY_ATTRIBUTES);
        Path link = Files.createSymbolicLink(folder.resolve("link"), script);
        Map<String, String> java = Map.of("JAVA_HOME", System.getProperty("java.home"), "COLUMNS", "200");
        List<String> command = List.of("list", "--config", config().toString(), "--json");
        assertThat(run(java, List.of(link.toString()), List.of("schema")).out()).contains("create schema");
        assertThat(archives(bin)).isEmpty();
        Result first = run(java, List.of(link.toString()), command);
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(archives(bin)).hasSize(1).allMatch(name -> name.endsWith(".jsa"));
        Result second = run(java, List.of(link.toString()), command);
        assertThat(second.out()).isEqualTo(first.out()).startsWith("{");
        assertThat(second.err()).isEmpty();
        Files.writeString(bin.resolve(archives(bin).get(0)), "damaged");
        assertThat(run(java, List.of(link.toString()), command).out()).isEqualTo(first.out());
        Result unknown = run(java, List.of(link.toString()), List.of("look"));
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("Read: " + link + " --help");
    }

    /** {@return the command of the jar, exactly as a person copies it from the terminal} */
    private static String printedCommand(String text, String name) {
        Matcher command = Pattern.compile("run  \\$ java (-jar \\S+[ \\\\\n]+" + name + "(.*\\\\\n)*.*)")
                .matcher(text);
        assertThat(command.find()).as(text).isTrue();
        return Path.of(System.getProperty("java.home"), "bin", "java") + " " + command.group(1);
    }

    private static List<String> archives(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".jsa"))
                    .toList();
        }
    }
}

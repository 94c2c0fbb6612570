package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar, as a DBA runs it: in a separate process, without any application. */
@PostgresNodes({"east", "west"})
class CliIT extends ConsoleTest {

    private Result onNodes(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", config().toString()));
        return run(all.toArray(String[]::new));
    }

    @Test
    void theDoctorNamesWhatIsMissingAndTheCommandThatFixesIt() throws Exception {
        east.execute("drop schema if exists pgxa cascade");
        west.execute("drop schema if exists pgxa cascade");
        Result sick = onNodes("doctor");
        assertThat(sick.exit()).isEqualTo(1);
        assertThat(oneLine(sick.out()))
                .contains("schema 'pgxa' of the decision log is missing", "postgres-xa-cli.jar schema --schema pgxa");
        assertFits(sick.out());

        Result ddl = run("schema");
        assertThat(ddl.exit()).isZero();
        east.execute(ddl.out());
        west.execute(ddl.out());

        Result healthy = onNodes("doctor", "--all");
        assertThat(healthy.out()).contains("version " + DecisionSchema.VERSION, "fsync = on");
        assertThat(healthy.exit()).as(healthy.out()).isZero();
        assertFits(healthy.out());
    }

    /** Only a name or an address may be longer than a line. */
    private static void assertFits(String text) {
        assertThat(text.lines())
                .allMatch(line -> line.length() <= 80 || !line.strip().contains(" "));
    }

    private static String oneLine(String text) {
        return text.replaceAll(" \\\\?\\R\\s*|\\R\\s*", " ");
    }

    @Test
    void anOrphanIsListedExplainedAndSettledWithTheApplicationDown() throws Exception {
        UUID id = orphan(west);

        assertThat(onNodes("list").out())
                .contains(id.toString(), "postgres-xa", "west: 1 prepared", "east: 0 prepared");

        Result explained = onNodes("explain", id.toString());
        assertThat(explained.out())
                .contains(
                        "decision: NONE, kept at east",
                        "lock: relation RowExclusiveLock public.account",
                        "holds VACUUM back");
        assertFits(explained.out());

        Result refused = onNodes("resolve", id.toString(), "commit", "--expect", "none", "--reason", "ticket 1");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(oneLine(refused.err())).contains("would make it partial").doesNotContain("audit", "[");
        assertThat(west.preparedTransactions()).hasSize(1);

        Result done = onNodes("resolve", id.toString(), "rollback", "--expect", "none", "--reason", "ticket 1");
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

    /** Each name that the list prints, also those of others, and one that looks like an option. */
    @Test
    void whateverTheListPrintsCanBeExplainedAndResolved() throws Exception {
        UUID id = orphan(west);
        String ours = west.preparedTransactions().get(0).gid();
        List<String> foreign =
                List.of("1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg==", "-1_YQ==_Yg==", "it's \\ mine");
        for (int i = 0; i < foreign.size(); i++) {
            west.execute("begin; insert into account values (%d, 1); prepare transaction '%s'"
                    .formatted(10 + i, foreign.get(i).replace("'", "''")));
        }
        try {
            Result listed = onNodes("list");
            assertThat(listed.out()).contains("NODE  AGE").contains(ours).contains(foreign);
            assertFits(listed.out());
            for (String name : foreign) {
                Result explained = onNodes("explain", name);
                assertThat(explained.exit()).as(explained.err()).isZero();
                assertThat(oneLine(explained.out()))
                        .contains("On node 'west'", "ROLLBACK PREPARED %s;".formatted(literal(name)));
                Result refused = onNodes("resolve", name, "rollback", "--expect", "none", "--reason", "ticket 1");
                assertThat(refused.exit()).isEqualTo(1);
                assertThat(refused.err()).contains("This is not ours to settle, and nothing was done.");
            }
            assertThat(west.preparedTransactions()).hasSize(4);
            assertThat(onNodes("explain", id.toString().toUpperCase(Locale.ROOT))
                            .exit())
                    .isZero();
            Result done = onNodes("resolve", ours, "rollback", "--expect", "none", "--reason", "ticket 1", "--json");
            assertThat(done.out())
                    .contains("\"complete\": true")
                    .startsWith("{")
                    .endsWith("}%n".formatted());
            assertThat(done.err()).isEmpty();
            assertThat(done.exit()).isZero();
        } finally {
            nothingIsLeftPrepared();
        }
    }

    /** Two branches of one transaction of Atomikos. The nodes have no decision log, and need none. */
    @Test
    void whatOthersManageIsOnlyLookedAt() throws Exception {
        String global = "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_";
        String id = "1096044365-6e6f64652d41313739353334383839343538303030303031";
        for (PostgresNode node : nodes()) {
            node.execute("drop schema pgxa cascade");
        }
        west.execute("begin; insert into account values (30, 1); prepare transaction '" + global + "bm9kZS1BMg=='");
        Path file = Files.writeString(
                folder.resolve("observe.properties"), Files.readString(config()) + "\npostgres.xa.mode=observe\n");

        for (List<String> how :
                List.of(List.of("--config", file.toString()), List.of("--config", config().toString(), "--observe"))) {
            Result grouped = run(words(how, "list", "--grouped"));
            assertThat(grouped.exit()).as(grouped.err()).isZero();
            assertThat(oneLine(grouped.out()))
                    .contains(
                            "Transaction " + id,
                            "prepared by Atomikos (node-A)",
                            "format id 1096044365, global id node-A179534889458000001",
                            "not prepared on: east",
                            "1 transactions");
            Result explained = run(words(how, "explain", id));
            assertThat(explained.exit()).as(explained.err()).isZero();
            assertThat(oneLine(explained.out()))
                    .contains("Atomikos (node-A) decides", "lock: relation RowExclusiveLock public.account")
                    .contains("No branch of it is prepared on east");
            assertFits(explained.out());
            assertThat(run(words(how, "doctor")).exit()).isZero();
            for (List<String> order : List.of(
                    List.of("recover"),
                    List.of("resolve", id, "rollback", "--expect", "none", "--reason", "x"),
                    List.of("adopt", "east", "copy", "--reason", "x"))) {
                Result refused = run(words(how, order.toArray(String[]::new)));
                assertThat(refused.exit()).isEqualTo(1);
                assertThat(oneLine(refused.err())).contains("postgres.xa.mode=observe", "nothing was done");
            }
        }
        assertThat(west.preparedTransactions()).hasSize(1);
        assertThat(west.queryForLong("select count(*) from pg_namespace where nspname = 'pgxa'"))
                .isZero();
    }

    private static String[] words(List<String> last, String... first) {
        return Stream.concat(Stream.of(first), last.stream()).toArray(String[]::new);
    }

    @Test
    void theListSaysHowMuchItShowsAndWhatIsNext() throws Exception {
        for (int i = 0; i < 3; i++) {
            west.execute(
                    "begin; insert into account values (%d, 1); prepare transaction 'other-%1$d'".formatted(20 + i));
        }
        try {
            Result first = onNodes("list", "--size", "2");
            assertThat(first.out()).contains("other-20", "other-21", "west: 2 of 3", "next: --page 1 --size 2");
            Result last = onNodes("list", "--size", "2", "--page", "1");
            assertThat(last.out()).contains("other-22", "west: 1 of 3").doesNotContain("next:", "other-20");
            assertThat(onNodes("list", "--size", "2", "--json").out()).contains("\"nextPage\": 1", "\"west\": 3");
            assertThat(onNodes("list", "--size", "0").exit()).isEqualTo(2);
        } finally {
            for (int i = 0; i < 3; i++) {
                west.execute("rollback prepared 'other-%d'".formatted(20 + i));
            }
        }
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

    private static String literal(String name) {
        String quoted = "'" + name.replace("'", "''") + "'";
        return name.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }

    private static List<String> archives(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".jsa"))
                    .toList();
        }
    }
}

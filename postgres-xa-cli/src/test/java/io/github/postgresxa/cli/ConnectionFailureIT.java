package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** For each kind of failure the doctor says what helps, and prints the command that shows more. */
@PostgresNodes("west")
@TestInstance(Lifecycle.PER_CLASS)
class ConnectionFailureIT {

    private PostgresNode west;

    @TempDir
    private Path folder;

    @BeforeAll
    void rules(PostgresNode west) throws Exception {
        this.west = west;
        assumeTrue(west.dataDirectory().isPresent(), "pg_hba.conf is a file of this machine: embedded nodes only");
        Path file = west.dataDirectory().orElseThrow().resolve("pg_hba.conf");
        Files.writeString(
                file, "host all locked all scram-sha-256\nhost all barred all reject\n" + Files.readString(file));
        west.execute(
                "set password_encryption = 'scram-sha-256'; create role locked login password 'right'",
                "create role barred login",
                "create role outsider login",
                "create database closed",
                "revoke connect on database closed from public",
                "select pg_reload_conf()");
    }

    enum Wrong {
        HOST("Host 'no-such-host.invalid' is not known", "$ getent hosts no-such-host.invalid"),
        PORT("Check that the server is running", "$ pg_isready -h 127.0.0.1 -p 1"),
        TLS("Check sslmode", "sslmode=require\" -c \"select 1\""),
        WRONG_PASSWORD("PGPASSWORD", "$ psql postgresql://locked@"),
        NO_PASSWORD("PGPASSWORD", "$ psql postgresql://locked@"),
        RULE("A superuser on that server sees its rules:", "FROM pg_hba_file_rules;"),
        ROLE("Check the username of the node", "FROM pg_hba_file_rules;"),
        DATABASE("Check the database in the url", "$ psql -l postgresql://"),
        RIGHT("Grant CONNECT", "GRANT CONNECT ON DATABASE \"closed\" TO \"outsider\";");

        private final String advice;
        private final String command;

        Wrong(String advice, String command) {
            this.advice = advice;
            this.command = command;
        }

        /** The lines of a file for the node. */
        List<String> lines(PostgresNode west) {
            String url = west.jdbcUrl();
            String own = west.username();
            return switch (this) {
                case HOST -> lines(url.replaceFirst("//[^/]+/", "//no-such-host.invalid/"), own, "x");
                case PORT -> lines(url.replaceFirst("//[^/]+/", "//127.0.0.1:1/"), own, "x");
                case TLS -> lines(url + "?sslmode=require", own, "x");
                case WRONG_PASSWORD -> lines(url, "locked", "wrong-horse");
                case NO_PASSWORD -> lines(url, "locked", null);
                case RULE -> lines(url, "barred", "x");
                case ROLE -> lines(url, "stranger", "x");
                case DATABASE -> lines(url.replaceFirst("/[^/]+$", "/nowhere"), own, "x");
                case RIGHT -> lines(url.replaceFirst("/[^/]+$", "/closed"), "outsider", "x");
            };
        }

        private static List<String> lines(String url, String username, @Nullable String password) {
            String node = "postgres.xa.nodes.west.";
            return List.of(
                    node + "url=" + url,
                    node + "username=" + username,
                    password == null ? "" : node + "password=" + password);
        }
    }

    private String doctor(Wrong wrong, String... options) throws Exception {
        Path file = Files.write(folder.resolve("nodes.properties"), wrong.lines(west));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("doctor", "--config", file.toString()));
        arguments.addAll(List.of(options));
        int exit = Main.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        assertThat(exit).as(err.toString()).isEqualTo(1);
        assertThat(err.toString()).isEmpty();
        return out.toString();
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void theDoctorSaysWhatHelps(Wrong wrong) throws Exception {
        String found = doctor(wrong);
        assertThat(found.lines())
                .allMatch(line -> line.length() <= 80 || !line.strip().contains(" "));
        assertThat(found.replaceAll(" \\\\?\\R\\s*|\\R\\s*", " "))
                .contains("reachable", wrong.advice, wrong.command)
                .doesNotContain("wrong-horse");
    }

    @Test
    void jsonNamesAdviceAndCommandApart() throws Exception {
        assertThat(doctor(Wrong.WRONG_PASSWORD, "--json"))
                .contains(
                        "\"check\": \"reachable\"",
                        "\"advice\": \"Check username and password of the node.\"",
                        "\"command\": \"$ psql postgresql://locked@");
    }
}

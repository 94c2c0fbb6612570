package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings on the command line of a server, as containers have them: ALTER SYSTEM cannot win against those. */
@PostgresNodes("west")
class CommandLineIT {

    private static final Set<String> CHECKS = Set.of("max-prepared-transactions", "fsync", "full_page_writes");
    private static final Pattern PROGRAM = Pattern.compile("^\"?([^\" ]+)/postgres");
    private static final Pattern SETTING = Pattern.compile("-c (\\w+=\\w+)");

    @TempDir
    private Path folder;

    @AfterEach
    void withoutCommandLine(PostgresNode west) {
        west.restart();
    }

    @Test
    void whatTheDoctorPrintsMakesTheServerHealthy(PostgresNode west) throws Exception {
        restart(west, List.of("max_prepared_transactions=5", "fsync=off", "full_page_writes=off"));
        List<Finding> sick = findings(west);
        assertThat(sick)
                .hasSize(3)
                .allMatch(f -> f.severity() == Severity.ERROR)
                .allMatch(f -> f.command().isEmpty(), "no command that changes nothing")
                .allMatch(f -> f.advice().contains("The command line of the server sets it"));
        west.execute("alter system set fsync = on", "select pg_reload_conf()", "alter system reset fsync");
        assertThat(findings(west)).as("ALTER SYSTEM has no effect").hasSameSizeAs(sick);

        restart(
                west,
                sick.stream()
                        .flatMap(f -> SETTING.matcher(f.advice()).results())
                        .map(MatchResult::group)
                        .map(setting -> setting.substring(3))
                        .toList());
        assertThat(findings(west)).hasSize(3).allMatch(f -> f.severity() == Severity.OK);
    }

    @Test
    void aStartThatIsRefusedSaysWhereToChangeIt(PostgresNode west) throws Exception {
        restart(west, List.of("max_prepared_transactions=5"));
        assertThatThrownBy(() -> Bank.builder(west).build().close())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("max_prepared_transactions = 5")
                .hasMessageContaining("command line");
    }

    private static List<Finding> findings(PostgresNode node) {
        return Operations.on(List.of(Bank.settings(node)), DecisionSettings.DEFAULT).doctor().stream()
                .filter(f -> CHECKS.contains(f.check()))
                .toList();
    }

    /** As {@code pg_ctl}, or the entry point of a container, starts it. */
    private void restart(PostgresNode node, List<String> settings) throws IOException, InterruptedException {
        assumeTrue(node.dataDirectory().isPresent(), "the server runs in a container");
        Path data = node.dataDirectory().orElseThrow();
        var program = PROGRAM.matcher(Files.readString(data.resolve("postmaster.opts")));
        assertThat(program.find()).isTrue();
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(program.group(1) + "/pg_ctl", "restart", "-w", "-s", "-D", data.toString()));
        command.addAll(
                List.of("-l", data.resolveSibling(data.getFileName() + ".log").toString()));
        command.addAll(List.of(
                "-o",
                String.join(
                        " ", settings.stream().flatMap(s -> Stream.of("-c", s)).toList())));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("started").toFile())
                .start();
        assertThat(started.waitFor())
                .as(Files.readString(folder.resolve("started")))
                .isZero();
    }
}

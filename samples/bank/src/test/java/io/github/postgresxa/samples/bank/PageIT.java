package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.bank.BankProcess.Starter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a bank that runs its own nodes, in a browser. With {@code -Dpage.screenshots=true} the pictures of the documentation are taken.
 */
class PageIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path IMAGES = Path.of("..", "..", "docs", "images");

    private static final String MONEY = "select sum(balance) from account";
    private static final String PREPARED = "select count(*) from pg_prepared_xacts";

    private static Path nodes;
    private static BankProcess bank;
    private static Browser browser;

    @BeforeAll
    static void openThePage(@TempDir Path scratch) {
        Browser.assumeInstalled();
        nodes = scratch.resolve("nodes");
        bank = new Starter(scratch)
                .sharingTemporaryFiles()
                .with("--bank.nodes.directory=" + nodes)
                .start();
        browser = new Browser(scratch.resolve("browser"));
        browser.open(bank.client().uri("/").toString());
        browser.awaitText("#link", "live");
    }

    /** A bank that is told to end waits for no page, and leaves no coordinator behind. */
    @AfterAll
    static void endAll() {
        try (var itsBrowser = browser;
                var itsBank = bank) {
            if (itsBank != null && itsBrowser != null) {
                var children = itsBank.children();
                itsBank.stop();
                Wait.atMost(
                        LIMIT,
                        () -> children.stream().noneMatch(ProcessHandle::isAlive),
                        () -> "still there: " + children);
            }
        }
    }

    @BeforeEach
    void allIsWell() {
        browser.await(".lane[data-node=east][data-condition=up]");
        browser.await(".lane[data-node=west][data-condition=up]");
        awaitNothingWaits();
    }

    @AfterEach
    void noMoneyIsLostAndNothingIsLeft() {
        stopTransfers();
        awaitNothingWaits();
        browser.await("#verdict[data-is=constant]");
        assertThat(browser.text("#total")).isEqualTo("20,000");
        Wait.atMost(LIMIT, () -> sum(MONEY) == 20_000, () -> "the databases hold " + sum(MONEY));
        Wait.atMost(LIMIT, () -> sum(PREPARED) == 0, () -> "still prepared: " + sum(PREPARED));
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void showsTransfersOnTheirWayThroughAllStages() throws IOException {
        startTransfers();

        for (String stage : List.of("work", "prepared", "decided", "finished")) {
            Wait.atMost(LIMIT, () -> passed(stage) > 20, () -> stage + ": " + browser.text("#board"));
        }
        browser.await(".dot[data-stage=prepared]");
        picture("calm");
    }

    @Test
    void showsWhatADeadCoordinatorLeavesAndHowItIsSettled() throws IOException {
        startTransfers();
        browser.await("#crash[aria-disabled=false]");

        browser.click("#crash");
        browser.awaitText("#news", "killed after PREPARE");
        browser.awaitText("#waiting tbody", "west");
        browser.click(".lane[data-node=east] [data-do=kill]");

        browser.await(".lane[data-node=east][data-condition=down]");
        browser.await("#waiting tr[data-doubt=true]");
        browser.await(".dot.named[data-stage=prepared]");
        assertThat(browser.text("#waiting tr[data-doubt=true]"))
                .contains("In doubt")
                .contains("home 'east' does not answer");
        picture("in-doubt");

        browser.awaitText("#news", "east was started again");
        browser.awaitText("#news", "Recovery asked east");
        browser.awaitText("#news", "rolled back the prepared branch");
        browser.awaitText("#news", "All is settled");
        browser.await(".dot[data-stage=finished], .dot[data-stage=committed]");
        picture("recovered");
    }

    @Test
    void letsTheDecisionOfADeadCoordinatorArriveTooLate() {
        browser.await("#crash[aria-disabled=false]");

        browser.click("#crash");

        browser.awaitText("#news", "Now the dead coordinator's decision reaches east, late");
        assertThat(browser.text("#news")).contains("The row there says \"rolled back\", so east refuses it");
    }

    @Test
    void showsANodeThatIsKilledAndStartedAgain() {
        browser.click(".lane[data-node=west] [data-do=kill]");

        browser.await(".lane[data-node=west][data-condition=down]");
        browser.await(".lane[data-node=west][data-condition=up]");
    }

    @Test
    void cutsANodeOffAndFreezesAnother() {
        browser.click(".lane[data-node=west] [data-do=cut]");
        browser.await(".lane[data-node=west][data-condition=cut]");
        browser.click(".lane[data-node=west] [data-do=cut]");
        browser.await(".lane[data-node=west][data-condition=up]");

        browser.click(".lane[data-node=east] [data-do=pause]");
        browser.await(".lane[data-node=east][data-condition=frozen]");
        browser.await("#verdict[data-is=unknown]");
        browser.click(".lane[data-node=east] [data-do=pause]");
        browser.await(".lane[data-node=east][data-condition=up]");
    }

    @Test
    void showsATransactionThatWaitsForItsDecision() {
        browser.awaitText("#hold", "Hold a decision");

        browser.click("#hold");
        browser.awaitText("#waiting tbody", "its decision is under way");
        browser.awaitText("#hold", "Release the decision");
        browser.click("#hold");

        browser.awaitText("#news", "You let the decision go");
        browser.awaitText("#news", "is committed on both nodes: its decision came in time");
    }

    @Test
    void isNotObeyedIfItIsSomebodyElsesPage() throws IOException {
        assertThat(bank.client().press("load/start", "http://example.com").status())
                .isEqualTo(403);
        assertThat(browser.text("#load")).isEqualTo("Start transfers");
    }

    private static void startTransfers() {
        if (browser.text("#load").startsWith("Start")) {
            browser.click("#load");
        }
        browser.awaitText("#load", "Stop transfers");
    }

    private static void stopTransfers() {
        if (browser.text("#load").startsWith("Stop")) {
            browser.click("#load");
        }
        browser.awaitText("#load", "Start transfers");
    }

    private static void awaitNothingWaits() {
        Wait.atMost(
                LIMIT, () -> browser.text("#waiting-count").equals("0"), () -> "waiting: " + browser.text("#waiting"));
    }

    private static int passed(String stage) {
        return Integer.parseInt(browser.text(".stages [data-stage=" + stage + "] .count"));
    }

    private static void picture(String name) throws IOException {
        if (Boolean.getBoolean("page.screenshots")) {
            browser.screenshot(IMAGES.resolve(name + ".png"));
        }
    }

    /** Reads both databases, past the bank. */
    private static long sum(String query) {
        return ask("east", query) + ask("west", query);
    }

    private static long ask(String node, String query) {
        try {
            int port = Integer.parseInt(Files.readAllLines(nodes.resolve(node).resolve("postmaster.pid"))
                    .get(3)
                    .strip());
            var url = "jdbc:postgresql://127.0.0.1:%d/bank".formatted(port);
            try (var connection = DriverManager.getConnection(url, "postgres", "postgres");
                    var row = connection.createStatement().executeQuery(query)) {
                row.next();
                return row.getLong(1);
            }
        } catch (IOException | SQLException e) {
            throw new AssertionError("node %s cannot be read".formatted(node), e);
        }
    }
}

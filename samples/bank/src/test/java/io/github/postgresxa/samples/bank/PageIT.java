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
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a bank that runs its own nodes, in a browser. {@code -Dpage.screenshots=true} takes the pictures of the
 * documentation.
 */
@EnabledIf(
        value = "io.github.postgresxa.samples.bank.Browser#isInstalled",
        disabledReason = "no browser here: the page is tested with the Debian packages chromium and chromium-driver")
@TestMethodOrder(OrderAnnotation.class)
class PageIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path IMAGES = Path.of("..", "..", "docs", "images");

    private static final String MONEY = "select sum(balance) from account";
    private static final String PREPARED = "select count(*) from pg_prepared_xacts";

    private static Path nodes;
    private static BankProcess bank;
    private static Browser browser;

    private long lastNews;

    @BeforeAll
    static void openThePage(@TempDir Path scratch) {
        nodes = scratch.resolve("nodes");
        bank = new Starter(scratch)
                .sharingTemporaryFiles()
                .with("--bank.nodes.directory=" + nodes)
                .start();
        browser = new Browser(scratch.resolve("browser"));
        browser.open(bank.client().uri("/").toString());
        browser.awaitText("#link", "live");
    }

    /** A bank that is stopped waits for no page, and leaves no coordinator behind. */
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
        lastNews = browser.number("#news li", "data-number");
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
    @Order(1)
    void showsTransfersOnTheirWayThroughAllStages() throws IOException {
        startTransfers();

        for (String stage : List.of("work", "prepared", "decided", "finished")) {
            Wait.atMost(LIMIT, () -> passed(stage) > 20, () -> stage + ": " + browser.text("#board"));
        }
        for (String stage : List.of("prepared", "decided", "committed")) {
            browser.await(".dot[data-stage=" + stage + "]");
        }
        picture("calm");
    }

    /**
     * Its home is cut off and cannot be queried: the branch is in doubt until the network is back, and its decision
     * arrives even later.
     */
    @Test
    void showsWhatADeadCoordinatorLeavesAndHowItIsSettled() throws IOException {
        startTransfers();
        browser.await("#crash[aria-disabled=false]");

        browser.click("#crash");
        awaitNews("was killed after PREPARE");
        browser.click(".lane[data-node=east] [data-do=cut]");

        browser.await(".lane[data-node=east][data-condition=cut]");
        browser.awaitText("#waiting tbody", "west");
        browser.await("#waiting tr[data-doubt=true]");
        browser.await(".dot.named.doubt[data-stage=prepared]");
        browser.awaitText("#waiting tr[data-doubt=true]", "In doubt. Its home 'east' does not answer");
        browser.await("#verdict[data-is=constant]");
        picture("in-doubt");
        browser.click(".lane[data-node=east] [data-do=cut]");

        awaitNews("Recovery asked east, the home of");
        awaitNews("Recovery rolled back the prepared branch of");
        awaitNews("so east refuses it");
        awaitNews("All is settled");
        awaitNothingWaits();
        browser.await(".dot[data-stage=prepared]");
        browser.await(".dot[data-stage=committed]");
        picture("recovered");
    }

    @Test
    void showsANodeThatIsKilledAndStartedAgain() {
        browser.click(".lane[data-node=west] [data-do=kill]");

        browser.await(".lane[data-node=west][data-condition=down]");
        awaitNews("west was started again");
        browser.await(".lane[data-node=west][data-condition=up]");
        awaitNews("All is settled");
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

        awaitNews("You let the decision go");
        awaitNews("is committed on both nodes: its decision came in time");
    }

    @Test
    void saysWhatCannotBeDone() throws IOException {
        assertThat(bank.client().press("nodes/north/kill", own()).status()).isEqualTo(404);
        assertThat(bank.client().press("nodes/west/burn", own()).status()).isEqualTo(404);
        assertThat(bank.client().press("decision/release", own()).status()).isEqualTo(204);
    }

    @Test
    void refusesButtonsOfAnotherSitesPage() throws IOException {
        assertThat(bank.client().press("load/start", "http://example.com").status())
                .isEqualTo(403);
        assertThat(browser.text("#load")).isEqualTo("Start transfers");
    }

    private static String own() {
        return bank.client().uri("").toString();
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

    /** Waits for a sentence that was added since the beginning of the test. */
    private void awaitNews(String part) {
        Wait.atMost(
                LIMIT,
                () -> browser.texts("#news li").stream()
                        .limit(browser.number("#news li", "data-number") - lastNews)
                        .anyMatch(text -> text.contains(part)),
                () -> "no news '" + part + "': " + browser.text("#news"));
    }

    private static void picture(String name) throws IOException {
        if (Boolean.getBoolean("page.screenshots")) {
            browser.screenshots(IMAGES.resolve(name + ".png"), Path.of("target", "page"), name);
        }
    }

    /** Reads both databases directly, not through the bank. */
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

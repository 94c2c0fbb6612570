package io.github.postgresxa.manager.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions over two nodes and another resource that fails: each verb, each way, before and after the nodes. What
 * the application was told, what the nodes hold and what became of the branch have to agree.
 *
 * <p>A build runs some of them; {@code -Dverbs.all=true} runs all, and leaves the results in {@code target}.
 */
@PostgresNodes({"east", "west"})
abstract class VerbMatrix {

    private static final int AT_ONCE = 60;
    private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("verbs.limit", 40));

    @TempDir
    Path folder;

    final PostgresNode east;
    final PostgresNode west;

    private Bank bank;
    private ResourceManager other;

    VerbMatrix(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    /** Starts an application with the manager, which keeps its log there and knows the other resource. */
    abstract PostgresXa start(Path log, ResourceManager other);

    /** {@return whether the manager's commit returns before each resource has answered its own} */
    abstract boolean repliesEarly();

    /** Looks once for what is left, as the manager does from time to time. */
    abstract void recover();

    /** Ends what {@link #start} began beside the application. */
    abstract void stop() throws Exception;

    @BeforeEach
    void open() {
        Bank.createAccounts(east, west);
        other = new ResourceManager(folder.resolve("branches"));
        bank = Bank.over(start(folder.resolve("log"), other), List.of(east, west));
    }

    @AfterEach
    void close() throws Exception {
        stop();
        bank.close();
    }

    @Test
    void whatTheApplicationIsToldIsTrueAndNothingIsLeft() throws Exception {
        List<Scenario> scenarios = chosen();
        VerbStage stage = new VerbStage(bank, other, repliesEarly(), east, west);
        stage.create(scenarios.size());
        Map<Scenario, String> lines = new LinkedHashMap<>();
        List<String> broken = new ArrayList<>();
        for (int first = 0; first < scenarios.size(); first += AT_ONCE) {
            List<Scenario> batch = scenarios.subList(first, Math.min(first + AT_ONCE, scenarios.size()));
            List<VerbStage.Ending> endings = new ArrayList<>();
            for (Scenario scenario : batch) {
                endings.add(stage.play(scenario));
            }
            List<String> left = settle(stage);
            left.forEach(l -> broken.add("left after " + LIMIT.toSeconds() + " s: " + l));
            stage.read();
            for (VerbStage.Ending ending : endings) {
                lines.put(ending.scenario(), stage.line(ending));
                stage.problems(ending).forEach(p -> broken.add(stage.line(ending) + ": " + p));
            }
            stage.clear();
        }
        Files.write(Path.of("target", "verbs-" + getClass().getSimpleName() + ".txt"), lines.values());
        Files.write(Path.of("target", "verbs-" + getClass().getSimpleName() + "-broken.txt"), broken);
        assertThat(broken).isEmpty();
    }

    private static List<Scenario> chosen() {
        String only = System.getProperty("verbs.only");
        if (only != null) {
            return Scenarios.all().stream().filter(s -> s.name().matches(only)).toList();
        }
        return Boolean.getBoolean("verbs.all") ? Scenarios.all() : Scenarios.sample();
    }

    /** {@return what is left} */
    private List<String> settle(VerbStage stage) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        other.heal();
        List<String> left = stage.left();
        while (!left.isEmpty() && System.nanoTime() < end) {
            recover();
            Thread.sleep(300);
            left = stage.left();
        }
        return left;
    }
}

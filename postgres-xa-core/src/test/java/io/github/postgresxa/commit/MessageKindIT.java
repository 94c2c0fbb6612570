package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.connection.BrokenDriverStory;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.fault.WireMessage;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The message kinds that tests and long suites use as filters, compared with the messages that the product sends. */
@PostgresNodes({"east", "west", "north"})
class MessageKindIT {

    private static final RecoverySettings BY_HAND =
            new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMillis(100));

    private static final String SET_ROLE = "set role clerk";

    private final Queue<WireMessage> sent = new ConcurrentLinkedQueue<>();
    private final FaultPlan plan = new FaultPlan();
    private final List<PostgresNode> nodes;
    private final List<FaultProxy> proxies;

    MessageKindIT(PostgresNode east, PostgresNode west, PostgresNode north) {
        Bank.open(east, west, north).close();
        nodes = List.of(east, west, north);
        proxies = nodes.stream().map(node -> FaultProxy.before(node, plan)).toList();
        plan.at(message -> {
                    sent.add(message);
                    return false;
                })
                .loseRequest();
    }

    @AfterEach
    void close() {
        proxies.forEach(FaultProxy::close);
    }

    private Map<MessageKind, Long> play(BrokenDriverStory story) throws Exception {
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("kinds").recovery(BY_HAND);
        for (FaultProxy proxy : proxies) {
            builder.node(new NodeSettings(
                    proxy.node().name(),
                    proxy.jdbcUrl(),
                    proxy.node().username(),
                    proxy.node().password(),
                    story.pool()));
        }
        plan.resetCounters();
        try (Bank bank = Bank.over(story.settings().apply(builder).build(), nodes)) {
            story.play(bank, nodes, () -> {});
            return plan.seen();
        }
    }

    private static boolean isOfTheApplication(WireMessage message) {
        String sql = message.sql();
        return sql.equals("BEGIN")
                || sql.equals("BEGIN READ ONLY")
                || sql.contains("select 1 / 0")
                || sql.contains(SET_ROLE)
                || sql.contains(" account ");
    }

    @Test
    void everyKindOccursAndNoMessageOfOursIsTakenForTheApplications() throws Exception {
        for (BrokenDriverStory story : BrokenDriverStory.values()) {
            play(story);
        }
        endByHand();
        prepareSlowly();
        endUnderAnotherRole();
        assertThat(sent)
                .extracting(WireMessage::kind)
                .containsAll(EnumSet.complementOf(
                        // They need another resource: LostDecisionIT.
                        EnumSet.of(
                                MessageKind.REGISTRATION,
                                MessageKind.MANAGER_DECISION,
                                MessageKind.MANAGER_FENCE,
                                MessageKind.MANAGER)));
        assertThat(sent)
                .filteredOn(message -> message.kind() == MessageKind.WORK && !isOfTheApplication(message))
                .extracting(WireMessage::sql)
                .isEmpty();
        assertThat(sent)
                .filteredOn(MessageKindIT::isOfTheApplication)
                .extracting(WireMessage::kind)
                .containsOnly(MessageKind.WORK);
    }

    /** Afterwards the coordinator asks how the branch has ended. */
    private void endByHand() throws Exception {
        PostgresNode west = nodes.get(1);
        plan.at(MessageKind.COMMIT_PREPARED)
                .call(
                        Position.BEFORE_FORWARDING,
                        () -> west.preparedTransactions()
                                .forEach(p -> west.execute("commit prepared '%s'".formatted(p.gid()))));
        play(BrokenDriverStory.TWO_WRITERS);
    }

    private void prepareSlowly() throws Exception {
        plan.at(MessageKind.PREPARE).call(Position.BEFORE_FORWARDING, () -> await(MessageKind.SIGN_OF_LIFE));
        play(BrokenDriverStory.TWO_WRITERS);
    }

    private void await(MessageKind kind) {
        try {
            Eventually.eventually(
                    Duration.ofSeconds(20),
                    kind + " is sent",
                    () -> sent.stream().anyMatch(m -> m.kind() == kind));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void endUnderAnotherRole() throws Exception {
        nodes.get(1).execute("create role clerk", "grant all on account to clerk");
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("kinds").recovery(BY_HAND);
        for (FaultProxy proxy : proxies) {
            builder.node(
                    proxy.node().name(),
                    proxy.jdbcUrl(),
                    proxy.node().username(),
                    proxy.node().password());
        }
        try (Bank bank = Bank.over(builder.build(), nodes)) {
            bank.transaction().begin();
            // The first node is the home, so west is prepared.
            bank.add("east", -1);
            bank.execute("west", SET_ROLE);
            bank.add("west", 1);
            bank.transaction().commit();
        }
    }

    @Test
    void eachVerbOfACommitIsOneMessageOfItsKind() throws Exception {
        assertThat(play(BrokenDriverStory.TWO_WRITERS_AND_A_READER))
                .containsEntry(MessageKind.VOTE, 1L)
                .containsEntry(MessageKind.PREPARE, 1L)
                .containsEntry(MessageKind.DECISION, 1L)
                .containsEntry(MessageKind.COMMIT_PREPARED, 1L)
                .containsEntry(MessageKind.COMMIT, 1L);
        assertThat(play(BrokenDriverStory.THREE_WRITERS))
                .containsEntry(MessageKind.PREPARE, 2L)
                .containsEntry(MessageKind.DECISION, 1L)
                .containsEntry(MessageKind.COMMIT_PREPARED, 2L)
                .doesNotContainKeys(MessageKind.VOTE, MessageKind.COMMIT);
    }
}

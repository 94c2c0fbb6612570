package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A promotion cuts no connection, and makes another incarnation of the server. */
@PostgresNodes("west")
class PromotedNodeIT {

    @Test
    void isSeenOnAConnectionThatWasOpenedBefore(PostgresNode west) throws Exception {
        try (StandbyNode west2 = west.standby("west2")) {
            PostgresXa.builder().node(Bank.settings(west)).build().close();
            west2.awaitCaughtUp();
            try (NodeLink link = new NodeLink(
                    new Node(Bank.settings(west2), "test"),
                    new DecisionSchema(DecisionSettings.DEFAULT),
                    MonotonicClock.SYSTEM)) {
                link.use(ServerFacts::read);
                assertThat(facts(link).primary()).isFalse();
                west.kill();
                west2.promote();
                String now = link.use(ServerFacts::read).incarnation();
                assertThat(facts(link).primary()).isTrue();
                assertThat(facts(link).incarnation()).isEqualTo(now).endsWith(":00000002");
            }
        } finally {
            west.start();
            west.execute("drop schema pgxa cascade");
        }
    }

    private static ServerFacts facts(NodeLink link) {
        return Objects.requireNonNull(link.facts());
    }
}

package io.github.postgresxa.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read of a node's list of prepared transactions, and whether that is all of it. */
@PostgresNodes("east")
class PreparedListIT {

    private static final String LOOK_ALIKE = "pgxa/1/not-a-transaction";

    private static final String OURS = "pgxa/1/00000000-0000-0000-0000-00000000000%d/0123456789abcdef/0123456789abcdef";

    @AfterEach
    void rollBack(PostgresNode east) {
        east.preparedTransactions().forEach(p -> east.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    @Test
    void aLookAlikeDoesNotMakeACutListLookComplete(PostgresNode east) throws Exception {
        List.of(LOOK_ALIKE, OURS.formatted(1), OURS.formatted(2))
                .forEach(gid -> east.execute("begin; prepare transaction '%s'".formatted(gid)));
        try (Wire wire = new Node(new NodeSettings("east", east.jdbcUrl(), east.username(), east.password()), "test")
                .connectForRecovery()) {
            PreparedList two = PreparedList.read(wire, 2);
            assertThat(two.ours()).hasSize(1);
            assertThat(two.cut()).isTrue();

            PreparedList all = PreparedList.read(wire, 4);
            assertThat(all.ours()).hasSize(2);
            assertThat(all.foreign()).isEqualTo(1);
            assertThat(all.cut()).isFalse();
        }
    }
}

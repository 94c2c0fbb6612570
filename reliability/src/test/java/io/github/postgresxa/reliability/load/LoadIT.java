package io.github.postgresxa.reliability.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself: it reports a healthy run as healthy, and finds what was broken by hand. */
@PostgresNodes({"east", "north", "west"})
class LoadIT {

    @Test
    void theAuditFindsWhatWasMadeWrongAndNothingElse(
            PostgresNode east, PostgresNode north, PostgresNode west, @TempDir Path directory) {
        long seed = new Random().nextLong();
        System.err.println("seed " + seed);
        Bank bank = Bank.open(List.of(east, north, west));
        ClientLog log = new ClientLog();
        Instance instance = new Instance(
                "one",
                PostgresXaStack.Factory.class.getName(),
                directory,
                6,
                seed,
                bank.nodes().stream().map(NodeAddress::direct).toList());
        try (Application one = Application.launch(instance, directory.resolve("one.log"), log);
                PostgresXa observer = PostgresXaStack.builder(instance)
                        .recovery(new RecoverySettings(false, Duration.ofSeconds(1), Duration.ofSeconds(2)))
                        .build()) {
            one.awaitReady().work();
            Await.until(Duration.ofSeconds(60), "transfers are made", () -> log.count("ok") >= 500);
            one.rest();
            assertThat(one.awaitRest(Duration.ofSeconds(20))).isTrue();
            Audit.Result healthy = Audit.take(bank, log, id -> observer.outcome(TransactionId.parse(id)));
            assertThat(healthy.broken()).isEmpty();
            assertThat(log.audits()).hasSize(1);
            System.err.println(log.reasons());

            east.execute("update account set balance = balance + 1 where id = 7");
            assertThat(Audit.take(bank, log, null).broken())
                    .anySatisfy(b -> assertThat(b).startsWith("I1"))
                    .anySatisfy(b -> assertThat(b).startsWith("I2"));
            east.execute("update account set balance = balance - 1 where id = 7");

            west.execute("delete from ledger where ctid = (select max(ctid) from ledger)");
            assertThat(Audit.take(bank, log, null).partial()).isEqualTo(1);

            north.execute("begin; update account set balance = balance where id = 1; prepare transaction 'left'");
            assertThat(Audit.take(bank, log, null).broken())
                    .anySatisfy(b -> assertThat(b).startsWith("I8"))
                    .anySatisfy(b -> assertThat(b).startsWith("I9"));
            north.execute("rollback prepared 'left'");
        }
    }
}

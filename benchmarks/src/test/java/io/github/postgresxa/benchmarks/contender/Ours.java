package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.benchmarks.work.Transfer;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** This project with its defaults, except for the sizes of pools. */
final class Ours implements Contender {

    /** For counting: neither recovery nor the janitor talks to the servers meanwhile. */
    private static final RecoverySettings QUIET =
            new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMinutes(5));

    /** What differs where commits are acknowledged when they are decided. */
    static final CommitSettings DECIDED =
            new CommitSettings(Acknowledge.DECIDED, CommitSettings.DEFAULT.readYourWrites());

    private final JtaContender contender;
    private final PostgresXa xa;

    /**
     * Starts this project.
     *
     * @param more what differs from the defaults
     */
    Ours(Setting setting, UnaryOperator<PostgresXa.Builder> more) {
        PostgresXa.Builder builder =
                PostgresXa.builder().transactionManager(ManagerKind.ATOMIKOS).name("benchmark");
        for (Setting.Address node : setting.nodes()) {
            builder.node(new NodeSettings(
                    node.name(), node.url(), Setting.Address.USER, Setting.Address.USER, pool(setting)));
        }
        if (setting.quiet()) {
            builder.recovery(QUIET);
        }
        this.xa = more.apply(builder).build();
        awaitFilled(xa, setting);
        this.contender = new JtaContender(
                xa.userTransaction(),
                setting.nodes().stream().map(n -> xa.dataSource(n.name())).toList(),
                xa::close);
    }

    static void awaitFilled(PostgresXa xa, Setting setting) {
        xa.nodeNames().forEach(n -> Pools.awaitFilled(() -> xa.pool(n).open(), setting.clients()));
    }

    private static PoolSettings pool(Setting setting) {
        PoolSettings defaults = PoolSettings.DEFAULT;
        return new PoolSettings(
                setting.most(),
                setting.clients(),
                Duration.ofSeconds(30),
                defaults.idleTimeout(),
                defaults.maxLifetime(),
                defaults.validationIdle());
    }

    @Override
    public long run(Transfer transfer) throws Exception {
        return contender.run(transfer);
    }

    @Override
    public void settle() {
        if (!xa.settle(Duration.ofSeconds(30))) {
            throw new IllegalStateException("not finished: " + xa.activeTransactions());
        }
    }

    @Override
    public void close() {
        contender.close();
    }
}

package io.github.postgresxa.connection;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** What runs while the driver breaks. Each committed story adds 1 on each of its writers. */
public enum BrokenDriverStory {
    TWO_WRITERS(2, (bank, nodes, arm) -> commit(bank, arm, () -> add(bank, "east", "west"))),
    TWO_WRITERS_AND_A_READER(
            2,
            (bank, nodes, arm) -> commit(bank, arm, () -> {
                add(bank, "east", "west");
                bank.read("north");
            })),
    THREE_WRITERS(3, (bank, nodes, arm) -> commit(bank, arm, () -> add(bank, "east", "west", "north"))),
    ONE_WRITER_AND_ONE_READER(
            1,
            (bank, nodes, arm) -> commit(bank, arm, () -> {
                add(bank, "east");
                bank.read("west");
            })),
    ONE_WRITER(1, (bank, nodes, arm) -> commit(bank, arm, () -> add(bank, "east"))),
    TWO_READERS(
            0,
            b -> b.characteristics(() -> new TransactionCharacteristics(Isolation.SERVER_DEFAULT, true)),
            (bank, nodes, arm) -> commit(bank, arm, () -> {
                bank.read("east");
                bank.read("west");
            })),
    ROLLBACK(0, (bank, nodes, arm) -> {
        arm.run();
        bank.transaction().begin();
        try {
            add(bank, "east", "west");
        } catch (Throwable broken) {
            bank.transaction().rollback();
            return Outcome.ROLLED_BACK;
        }
        bank.transaction().rollback();
        return Outcome.ROLLED_BACK;
    }),
    A_SWALLOWED_FAILURE(
            0,
            (bank, nodes, arm) -> commit(bank, arm, () -> {
                add(bank, "east", "west");
                try {
                    bank.execute("west", "select 1 / 0");
                } catch (SQLException e) {
                    return;
                }
            })),
    /** Outside of transactions. */
    AUTO_COMMIT(1, (bank, nodes, arm) -> {
        arm.run();
        try {
            add(bank, "east");
            return Outcome.COMMITTED;
        } catch (Throwable broken) {
            return Outcome.UNKNOWN;
        }
    }),
    /** Outside of transactions. */
    LOCAL_COMMIT(1, (bank, nodes, arm) -> local(bank, arm, true)),
    /** Outside of transactions. */
    LEFT_OPEN(0, (bank, nodes, arm) -> local(bank, arm, false)),
    VALIDATION(1, b -> b, (bank, nodes, arm) -> commit(bank, arm, () -> add(bank, "east"))) {
        @Override
        public PoolSettings pool() {
            return new PoolSettings(10, 0, Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO, Duration.ofNanos(1));
        }
    },
    FIRST_CONTACT(1, (bank, nodes, arm) -> commit(bank, arm, () -> add(bank, "east"))) {
        @Override
        public boolean beginsAnew() {
            return true;
        }
    },
    UNDECIDED_ORPHAN(0, (bank, nodes, arm) -> {
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, nodes.get(0), nodes.get(1));
        return recovered(bank, arm, Outcome.ROLLED_BACK);
    }),
    DECIDED_ORPHAN(10, (bank, nodes, arm) -> {
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, nodes.get(0), nodes.get(1));
        decide(id, nodes.get(0), nodes.get(1));
        return recovered(bank, arm, Outcome.COMMITTED);
    }),
    JANITOR(2, b -> b.decision(new DecisionSettings("pgxa", true, Duration.ZERO, false)), (bank, nodes, arm) -> {
        // Rows of other stories do not concern this one.
        nodes.get(0).execute("truncate pgxa.decision");
        Outcome told = commit(bank, () -> {}, () -> add(bank, "east", "west"));
        arm.run();
        Eventually.eventually(
                Duration.ofSeconds(30),
                "the decision is forgotten",
                () -> nodes.get(0).queryForLong("select count(*) from pgxa.decision where outcome = 'C'") == 0);
        return told;
    });

    private final long writers;
    private final UnaryOperator<PostgresXa.Builder> settings;
    private final Plot plot;

    BrokenDriverStory(long writers, Plot plot) {
        this(writers, b -> b, plot);
    }

    BrokenDriverStory(long writers, UnaryOperator<PostgresXa.Builder> settings, Plot plot) {
        this.writers = writers;
        this.settings = settings;
        this.plot = plot;
    }

    /** What happens, and what its caller hears. */
    private interface Plot {
        Outcome happens(Bank bank, List<PostgresNode> nodes, Runnable arm) throws Exception;
    }

    private interface Work {
        void run() throws Exception;
    }

    /** {@return how much money a commit adds} */
    public long writers() {
        return writers;
    }

    public UnaryOperator<PostgresXa.Builder> settings() {
        return settings;
    }

    public PoolSettings pool() {
        return PoolSettings.DEFAULT;
    }

    /** {@return whether the story is about new connections} */
    public boolean beginsAnew() {
        return false;
    }

    /** {@return whether the caller may be left in doubt: its only COMMIT was under way} */
    public boolean mayBeUnknown() {
        return writers == 1;
    }

    public Outcome play(Bank bank, List<PostgresNode> nodes, Runnable arm) throws Exception {
        return plot.happens(bank, nodes, arm);
    }

    private static void add(Bank bank, String... nodes) throws SQLException {
        for (String node : nodes) {
            bank.add(node, 1);
        }
    }

    private static Outcome commit(Bank bank, Runnable arm, Work work) throws Exception {
        arm.run();
        bank.transaction().begin();
        try {
            work.run();
        } catch (Throwable broken) {
            bank.transaction().rollback();
            return Outcome.ROLLED_BACK;
        }
        try {
            bank.transaction().commit();
            return Outcome.COMMITTED;
        } catch (RollbackException | HeuristicRollbackException e) {
            return Outcome.ROLLED_BACK;
        } catch (HeuristicMixedException e) {
            return Outcome.UNKNOWN;
        }
    }

    private static Outcome local(Bank bank, Runnable arm, boolean commits) {
        arm.run();
        Outcome told = Outcome.ROLLED_BACK;
        try (Connection connection = bank.connection("east");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("update account set balance = balance + 1 where id = 1");
            if (commits) {
                told = Outcome.UNKNOWN;
                connection.commit();
                told = Outcome.COMMITTED;
            }
        } catch (Throwable broken) {
            return told;
        }
        return told;
    }

    private static void decide(TransactionId id, PostgresNode home, PostgresNode branch) {
        home.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['1'::xid8], array['x'])"
                        .formatted(id, Bank.identity(branch)));
    }

    private static Outcome recovered(Bank bank, Runnable arm, Outcome outcome) throws Exception {
        arm.run();
        Eventually.eventually(Duration.ofSeconds(10), "recovery has settled it", () -> {
            bank.xa.recoverNow();
            return bank.prepared() == 0;
        });
        return outcome;
    }
}

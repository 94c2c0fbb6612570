package io.github.postgresxa.datasource;

import io.agroal.api.transaction.TransactionAware;
import io.agroal.api.transaction.TransactionIntegration;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.NoConnection;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.NodePool;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.ServerIdentity;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.StackRoom;
import io.github.postgresxa.node.UseCheck;
import io.github.postgresxa.transaction.GlobalTransaction;
import io.github.postgresxa.transaction.Transactions;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a connection that the pool hands out inside a JTA transaction into a branch of it. */
final class BranchEnlistment implements TransactionIntegration {

    private static final Logger LOG = LoggerFactory.getLogger(BranchEnlistment.class);

    private final Transactions transactions;
    private final DecisionSchema schema;
    private final BiFunction<Node, NodeIdentity, Optional<String>> twins;
    private final Supplier<TransactionCharacteristics> characteristics;

    /** The transaction for which the thread takes a connection, so that the manager is not asked for it once more. */
    private final ThreadLocal<@Nullable GlobalTransaction> joining = new ThreadLocal<>();

    private @Nullable NodePool pool;

    /**
     * Creates the integration of one node.
     *
     * @param twins what is wrong if another node has the same identity
     */
    BranchEnlistment(
            Transactions transactions,
            DecisionSchema schema,
            BiFunction<Node, NodeIdentity, Optional<String>> twins,
            Supplier<TransactionCharacteristics> characteristics) {
        this.transactions = transactions;
        this.schema = schema;
        this.twins = twins;
        this.characteristics = characteristics;
    }

    void of(NodePool owner) {
        pool = owner;
    }

    /**
     * Takes a connection from the pool as a branch of a transaction.
     *
     * @param transaction the calling thread's transaction, which has no branch here yet
     * @throws SQLException if there is no connection, or it could not join
     */
    void join(GlobalTransaction transaction) throws SQLException {
        StackRoom.requireForWork(); // An error below must not keep the thread's entry, nor half of a connection.
        joining.set(transaction);
        try {
            pool().getConnection().close(); // The branch keeps the session; the pool's wrapper is not needed.
        } finally {
            joining.set(null); // To remove it would cost more than to keep the thread's entry.
        }
    }

    private NodePool pool() {
        NodePool known = pool;
        if (known == null) {
            throw new IllegalStateException("the pool handed out a connection before it was set up");
        }
        return known;
    }

    /** Never returns a connection: where a branch exists already, the pool is not asked. */
    @Override
    public @Nullable TransactionAware getTransactionAware() {
        return null;
    }

    @Override
    public void associate(TransactionAware aware, XAResource unused) throws SQLException {
        GlobalTransaction joined = joining.get();
        GlobalTransaction transaction = joined == null ? transactions.currentOrBegin() : joined;
        if (transaction == null) {
            aware.transactionCheckCallback(this::refuseInside);
            pool().check(aware, this::beforeUse);
            return;
        }
        Session session = pool().session(aware);
        try {
            pool().check(aware, UseCheck.NONE);
            refuseTwin(session.node(), identify(session));
            Branch branch = new Branch(session, aware, characteristics.get());
            pool().switchAutoCommitOff(aware);
            aware.transactionStart();
            transaction.join(branch);
        } catch (SQLException | RuntimeException | Error e) {
            boolean lost = session.isGone();
            // The pool takes it back as it is, half set up for a transaction; a closed one is not handed out again.
            session.destroy();
            if (lost) {
                pool().suspectAll();
            }
            throw e;
        }
        aware.transactionCheckCallback(() -> true);
    }

    /**
     * Refuses a connection that was taken before the current transaction, and dooms the transaction. Called before each
     * use of a connection that was taken outside of transactions.
     */
    private boolean refuseInside() throws SQLException {
        if (transactions.underWay()) {
            SQLException refusal = NoConnection.takenBefore(pool().node());
            transactions.doomCurrent(refusal);
            throw refusal;
        }
        return false;
    }

    /** Called before each statement outside of transactions: it sees what this process has acknowledged before. */
    private void beforeUse() throws SQLException {
        refuseInside();
        pool().node().readYourWrites().await(() -> false);
    }

    /**
     * Fails if another node has the same identity. That also concerns a session that was identified before its twin
     * appeared.
     */
    private void refuseTwin(Node node, NodeIdentity identity) throws SQLException {
        Optional<String> problem = twins.apply(node, identity);
        if (problem.isPresent()) {
            throw NoConnection.unfit(node, problem.get(), "55000", null);
        }
    }

    private NodeIdentity identify(Session session) throws SQLException {
        NodeIdentity known = session.identity();
        if (known != null) {
            return known;
        }
        ServerFacts facts = ServerFacts.read(session.wire());
        if (!facts.primary()) {
            throw NoConnection.unfit(
                    session.node(),
                    "it is a standby and takes no writes. Let its url lead to the primary, for example with"
                            + " targetServerType=primary.",
                    "25006",
                    null);
        }
        NodeIdentity identity = identity(session);
        session.identify(ServerIdentity.of(identity, facts, session.wire()));
        return identity;
    }

    private NodeIdentity identity(Session session) throws SQLException {
        try {
            return schema.identity(session.wire())
                    .orElseThrow(() -> new SQLException(
                            "it has no decision schema: run the schema's DDL there, or set"
                                    + " decision.initialize-schema=always",
                            "3F000"));
        } catch (SQLException e) {
            throw NoConnection.unfit(session.node(), e.getMessage(), e.getSQLState(), e);
        }
    }

    /**
     * Takes a connection back. What the application left open outside a transaction is rolled back, never committed.
     * The pool ignores exceptions from here, so a connection that is not in order is marked.
     */
    @Override
    public boolean disassociate(TransactionAware aware) {
        boolean ready = false;
        try {
            Session session = pool().session(aware);
            ready = session.makeReady();
            if (!ready
                    && !session.wire().isHandedOut()
                    && (session.fault() == null || session.fault() instanceof SQLException)) {
                pool().suspectAll();
            }
        } catch (SQLException | RuntimeException | Error e) {
            LOG.debug("a returned connection cannot be used again", e);
        }
        if (!ready) {
            aware.setFlushOnly();
        }
        return true;
    }

    @Override
    public void addResourceRecoveryFactory(ResourceRecoveryFactory factory) {
        // Recovery has its own connections.
    }

    @Override
    public void removeResourceRecoveryFactory(ResourceRecoveryFactory factory) {
        // Nothing was added.
    }
}

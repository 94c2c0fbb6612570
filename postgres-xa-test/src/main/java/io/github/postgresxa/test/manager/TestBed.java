package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** The nodes, each behind a proxy and with 1,000 in its account, and the application over them. */
final class TestBed {

    static final Duration LIMIT = Duration.ofSeconds(20);

    private static final String[] ACCOUNT = {
        "create table if not exists account (id int primary key, balance bigint not null)",
        "insert into account values (1, 1000) on conflict (id) do update set balance = 1000"
    };

    private final FaultPlan plan = new FaultPlan();
    private final Map<PostgresNode, FaultProxy> nodes = new LinkedHashMap<>();
    private final Start start;
    private final Set<Difference> differences;
    private ManagedApplication application;

    /** Starts the application. */
    @FunctionalInterface
    interface Start {
        ManagedApplication over(List<NodeAddress> nodes) throws Exception;
    }

    TestBed(Start start, Set<Difference> differences, PostgresNode... nodes) throws Exception {
        this.start = start;
        this.differences = differences;
        for (PostgresNode node : nodes) {
            this.nodes.put(node, FaultProxy.before(node, plan));
        }
        application = started();
    }

    private ManagedApplication started() throws Exception {
        return start.over(nodes.entrySet().stream()
                .map(e -> new NodeAddress(
                        e.getKey().name(),
                        e.getValue().jdbcUrl(),
                        e.getKey().username(),
                        e.getKey().password()))
                .toList());
    }

    void restart() throws Exception {
        application.close();
        application = started();
    }

    void close() {
        application.close();
        nodes.values().forEach(FaultProxy::close);
    }

    /** Gives each account its 1,000. */
    void reset() {
        nodes.keySet().forEach(node -> node.execute(ACCOUNT));
    }

    /** Fails if a test has left anything, and removes it for the next one. */
    void nothingIsLeft() throws Exception {
        boolean interrupted = Thread.interrupted();
        plan.clear();
        nodes.keySet().forEach(PostgresNode::start);
        user().setTransactionTimeout(0);
        Transaction left = manager().suspend();
        if (left != null) {
            left.rollback();
        }
        assertThat(interrupted).as("the thread is interrupted").isFalse();
        assertThat(left).as("a transaction is left on the thread").isNull();
        nothingIsPrepared();
    }

    FaultPlan plan() {
        return plan;
    }

    boolean differs(Difference difference) {
        return differences.contains(difference);
    }

    ManagedApplication application() {
        return application;
    }

    PostgresNode node(String name) {
        return nodes.keySet().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    TransactionManager manager() {
        return application.transactionManager();
    }

    UserTransaction user() {
        return application.userTransaction();
    }

    TransactionSynchronizationRegistry registry() {
        return application.synchronizationRegistry();
    }

    Transaction current() throws SystemException {
        @Nullable Transaction current = manager().getTransaction();
        return Objects.requireNonNull(current, "this thread has no transaction");
    }

    void begin() throws Exception {
        user().begin();
    }

    void begin(int timeout) throws Exception {
        user().setTransactionTimeout(timeout);
        user().begin();
        user().setTransactionTimeout(0);
    }

    void commit() throws Exception {
        user().commit();
    }

    void rollback() throws Exception {
        user().rollback();
    }

    OtherResource enlisted(OtherResource other) throws Exception {
        application.register(other);
        XAResource resource = other;
        assertThat(current().enlistResource(resource)).isTrue();
        return other;
    }

    Connection connection(String node) throws SQLException {
        return application.dataSource(node).getConnection();
    }

    void execute(String node, String sql) throws SQLException {
        try (Connection connection = connection(node)) {
            execute(connection, sql);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void add(String node, long amount) throws SQLException {
        execute(node, adds(amount));
    }

    static String adds(long amount) {
        return "update account set balance = balance + " + amount + " where id = 1";
    }

    /** Moves 10 from east to west. */
    void transfer() throws SQLException {
        add("east", -10);
        add("west", 10);
    }

    List<Long> balances() {
        return nodes.keySet().stream()
                .map(n -> n.queryForLong("select balance from account where id = 1"))
                .toList();
    }

    void isTransferred() {
        assertThat(balances()).containsExactly(990L, 1010L, 1000L);
    }

    void isUnchanged() {
        assertThat(balances()).containsExactly(1000L, 1000L, 1000L);
    }

    /** The transaction of the thread cannot commit, its thread is free afterwards, and no node has kept anything. */
    void commitRollsBack() throws Exception {
        assertThatThrownBy(this::commit).isInstanceOf(RollbackException.class);
        threadIsFree();
        isUnchanged();
    }

    void threadIsFree() throws SystemException {
        assertThat(user().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        assertThat(manager().getTransaction()).isNull();
    }

    void nothingIsPrepared() throws Exception {
        eventually(
                "nothing is prepared",
                () -> nodes.keySet().stream()
                        .allMatch(n -> n.preparedTransactions().isEmpty()));
    }

    /** Waits until no transaction holds a lock on the account of a node. */
    void isUnlocked(String node) throws Exception {
        eventually(
                "no lock is left on " + node,
                () -> node(node)
                                .queryForLong("select count(*) from pg_locks"
                                        + " where locktype = 'relation' and relation = 'account'::regclass")
                        == 0);
    }

    static void eventually(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Starts work on a thread that ends with it. */
    static <T extends @Nullable Object> FutureTask<T> started(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "contract");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    static <T extends @Nullable Object> T result(FutureTask<T> task) throws Exception {
        try {
            return task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    /** Throws anything. */
    @SuppressWarnings("unchecked")
    static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }

    /** Runs work on another thread, to its end. */
    static void elsewhere(Callback.Work work) throws Exception {
        result(started(() -> {
            work.run();
            return true;
        }));
    }
}

package io.github.postgresxa;

import io.github.postgresxa.manager.EmbeddedManager;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.transaction.HomeChoice;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link PostgresXa} is built with. Its public methods are those of {@link PostgresXa.Builder}. */
abstract sealed class PostgresXaSettings permits PostgresXa.Builder {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    String name = "application";
    final List<NodeSettings> nodes = new ArrayList<>();
    DecisionSettings decision = DecisionSettings.DEFAULT;
    private String home = HomeChoice.AUTO;
    RecoverySettings recovery = RecoverySettings.DEFAULT;
    CommitSettings commit = CommitSettings.DEFAULT;
    private @Nullable Duration transactionTimeout;
    Duration closeLimit = Duration.ofSeconds(20);

    ManagerKind manager = ManagerKind.AUTO;

    private @Nullable Function<@Nullable Duration, JtaManager> external;

    Supplier<TransactionCharacteristics> characteristics = () -> TransactionCharacteristics.DEFAULT;
    final List<XaListener> listeners = new ArrayList<>();
    Supplier<Threads> threads = Threads::start;
    boolean inBackground;

    /**
     * Sets the application's name. It only serves displays and decision rows.
     *
     * @param name the name
     * @return this
     */
    public PostgresXa.Builder name(String name) {
        this.name = name;
        return self();
    }

    /**
     * Adds a node with the default pool.
     *
     * @param node its name: lower-case letters and digits
     * @param url its {@code jdbc:postgresql:} URL
     * @param username its role, or null
     * @param password its password, or null
     * @return this
     */
    public PostgresXa.Builder node(String node, String url, @Nullable String username, @Nullable String password) {
        return node(new NodeSettings(node, url, username, password));
    }

    /**
     * Adds a node.
     *
     * @param node the node's settings
     * @return this
     */
    public PostgresXa.Builder node(NodeSettings node) {
        nodes.add(node);
        return self();
    }

    /** {@return the nodes that were added so far} */
    public List<NodeSettings> nodes() {
        return List.copyOf(nodes);
    }

    /**
     * Sets where decisions are kept, and for how long; default {@link DecisionSettings#DEFAULT}.
     *
     * @param settings the settings
     * @return this
     */
    public PostgresXa.Builder decision(DecisionSettings settings) {
        this.decision = settings;
        return self();
    }

    /**
     * Sets which of the nodes that a transaction writes to is its home, which keeps the decision.
     *
     * @param home {@code auto}, the default: the one with which the commit is shortest, as far as this process has
     *     measured the nodes, otherwise the one that was used first. {@code first-used}: always that. Or the name of a
     *     node: that one, wherever it is written to, otherwise as with {@code auto}. The other nodes of a transaction
     *     wait, with their locks, for a home that is out of reach
     * @return this
     */
    public PostgresXa.Builder home(String home) {
        this.home = home;
        return self();
    }

    /**
     * Sets when a commit is acknowledged; default {@link CommitSettings#DEFAULT}.
     *
     * @param settings the settings
     * @return this
     */
    public PostgresXa.Builder commit(CommitSettings settings) {
        this.commit = settings;
        return self();
    }

    /**
     * Sets the pace of recovery; default {@link RecoverySettings#DEFAULT}.
     *
     * @param settings the settings
     * @return this
     */
    public PostgresXa.Builder recovery(RecoverySettings settings) {
        this.recovery = settings;
        return self();
    }

    /**
     * Sets the timeout of transactions that name none; fractions of a second count. The default of the embedded
     * manager is 30 s. An external manager has its own default: if this is set, it counts there for transactions about
     * which that manager tells no timeout at all, from their first use of a node.
     *
     * @param timeout the timeout, more than zero
     * @return this
     * @throws InvalidConfigurationException if the timeout is not more than zero
     */
    public PostgresXa.Builder transactionTimeout(Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new InvalidConfigurationException(
                    "The default timeout of transactions is %s.".formatted(timeout), "Choose a time of more than 0.");
        }
        this.transactionTimeout = timeout;
        return self();
    }

    /**
     * Sets how long {@link PostgresXa#close} waits for current transactions, default 20 s.
     *
     * @param limit the limit
     * @return this
     */
    public PostgresXa.Builder closeLimit(Duration limit) {
        this.closeLimit = limit;
        return self();
    }

    /**
     * Sets which transaction manager is embedded; default {@link ManagerKind#AUTO}. It has no effect beside an external
     * one.
     *
     * @param kind the manager to start
     * @return this
     */
    public PostgresXa.Builder transactionManager(ManagerKind kind) {
        this.manager = kind;
        return self();
    }

    /**
     * Uses an external transaction manager instead of an embedded one.
     *
     * @param manager an application server's, or the application's own
     * @param registry its registry
     * @return this
     */
    public PostgresXa.Builder transactionManager(
            TransactionManager manager, TransactionSynchronizationRegistry registry) {
        this.external = timeout -> JtaManager.external(manager, registry, timeout);
        return self();
    }

    /**
     * Sets the source of isolation level and read-only mode; default {@link TransactionCharacteristics#DEFAULT}.
     *
     * @param supplier called on the transaction's thread when a branch begins
     * @return this
     */
    public PostgresXa.Builder characteristics(Supplier<TransactionCharacteristics> supplier) {
        this.characteristics = supplier;
        return self();
    }

    /**
     * Adds a listener.
     *
     * @param listener receives the events of transactions
     * @return this
     */
    public PostgresXa.Builder listener(XaListener listener) {
        listeners.add(listener);
        return self();
    }

    /** Sets the source of threads, for tests. */
    PostgresXa.Builder threads(Supplier<Threads> own) {
        this.threads = own;
        return self();
    }

    abstract PostgresXa.Builder self();

    /** {@return the external manager, for one instance; null if one is embedded} */
    @Nullable
    JtaManager external() {
        return external == null ? null : external.apply(transactionTimeout);
    }

    /** {@return the timeout of transactions that name none, under the embedded manager} */
    Duration defaultTimeout() {
        return transactionTimeout == null ? DEFAULT_TIMEOUT : transactionTimeout;
    }

    /** {@return the node that is pinned as the home, or how the home is chosen} */
    String home() {
        return home;
    }

    HomeChoice homeChoice() {
        return HomeChoice.of(home, nodes.stream().map(NodeSettings::name).toList());
    }

    /** Checks the settings before a node is changed. */
    void check() {
        StartChecks.settings(nodes);
        homeChoice();
        if (external == null) {
            EmbeddedManager.check(manager);
        }
    }
}

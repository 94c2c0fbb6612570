package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.ForcedOrders;
import io.github.postgresxa.node.Connector;
import io.github.postgresxa.node.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What an operator can see and do, on any set of nodes and without a running application. Each call opens one
 * connection to each node, with the role of recovery, and closes it again. A node that does not answer within a few
 * seconds is reported as unreachable and delays no other.
 *
 * <p>Only {@link #recover}, {@link #resolve} and {@link #adopt} change anything. Transactions of others are shown and
 * never touched.
 */
public final class Operations {

    private static final int THREADS = 16;

    private final Doctor doctor;
    private final Listing listing;
    private final Explainer explainer;
    private final Resolver resolver;
    private final BulkResolver bulk;
    private final RecoveryRun recovery;
    private final Adopter adopter;
    private final PreparedExplainer prepared;
    private final boolean observing;

    private Operations(
            List<NodeSettings> nodes,
            DecisionSettings settings,
            String name,
            Connector connector,
            Executor executor,
            Console console,
            Duration leastAge,
            boolean observing) {
        List<Node> all = nodes.stream()
                .map(n -> new Node(n, "postgres-xa " + name, connector))
                .toList();
        NodeQueries queries = new NodeQueries(all, executor);
        OperationsContext context = new OperationsContext(
                queries,
                settings,
                new DecisionLog(settings.schema(), name),
                new ForcedRecords(new ForcedOrders(settings.schema()), queries),
                new NextSteps(console),
                leastAge);
        this.observing = observing;
        this.doctor = new Doctor(queries, settings, PreparedCheck.LONG, console, observing);
        this.prepared = new PreparedExplainer(queries);
        this.listing = new Listing(queries);
        this.explainer = new Explainer(context);
        this.resolver = new Resolver(explainer, context);
        this.bulk = new BulkResolver(context);
        this.recovery = new RecoveryRun(context);
        this.adopter = new Adopter(context);
    }

    /**
     * Creates operations for people at a console.
     *
     * @param nodes the nodes
     * @param settings where decisions are kept; the schema is never created
     * @return operations on them
     */
    public static Operations on(List<NodeSettings> nodes, DecisionSettings settings) {
        return on(nodes, settings, Console.naming(nodes, settings.schema()));
    }

    /**
     * Creates operations for people at a console.
     *
     * @param nodes the nodes
     * @param settings where decisions are kept; the schema is never created
     * @param console how printed commands call the command-line jar
     * @return operations on them
     */
    public static Operations on(List<NodeSettings> nodes, DecisionSettings settings, Console console) {
        return on(nodes, settings, console, CompletenessRules.LEAST_AGE);
    }

    /**
     * Creates operations that leave a branch to its transaction manager for another time than the usual one.
     *
     * @param leastAge how long
     */
    static Operations on(List<NodeSettings> nodes, DecisionSettings settings, Console console, Duration leastAge) {
        return new Operations(
                nodes, settings, "operations", Connector.AS_CONFIGURED, threads(), console, leastAge, false);
    }

    /**
     * Creates operations that only look, on nodes whose transactions others manage. Every session is read-only, no
     * schema is expected or made, and an order is refused with what to do instead.
     *
     * @param nodes the nodes
     * @param console how printed commands call the command-line jar
     * @return operations on them
     */
    public static Operations observing(List<NodeSettings> nodes, Console console) {
        return observing(nodes, "operations", Connector.UNTOUCHED_AS_CONFIGURED, threads(), console);
    }

    /**
     * Creates operations that only look, within an application. A node has as long to answer as it has for recovery.
     *
     * @param nodes its nodes
     * @param name its name, for its sessions
     * @param executor runs the queries to the nodes
     * @return operations on them
     */
    static Operations observing(List<NodeSettings> nodes, String name, Executor executor) {
        Console console = Console.naming(nodes, DecisionSettings.DEFAULT.schema());
        return observing(nodes, name, Connector.UNTOUCHED, executor, console.observing());
    }

    private static Operations observing(
            List<NodeSettings> nodes, String name, Connector untouched, Executor executor, Console console) {
        return new Operations(
                nodes,
                DecisionSettings.DEFAULT,
                name,
                ReadOnlyWire.over(untouched),
                executor,
                console,
                CompletenessRules.LEAST_AGE,
                true);
    }

    /** The threads end by themselves when idle. */
    static ThreadPoolExecutor threads() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "postgres-xa operations");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Creates operations within an application. A node has as long to answer as it has for recovery: the limits in its
     * URL are those of the application's pool, and neither a request over HTTP nor the executor is to wait for them.
     *
     * @param nodes its nodes
     * @param settings where decisions are kept
     * @param name its name, for its sessions and for decisions that are written by order
     * @param executor runs the queries to the nodes
     * @return operations on them
     */
    public static Operations on(List<NodeSettings> nodes, DecisionSettings settings, String name, Executor executor) {
        return new Operations(
                nodes,
                settings,
                name,
                Connector.DRIVER,
                executor,
                Console.naming(nodes, settings.schema()),
                CompletenessRules.LEAST_AGE,
                false);
    }

    /** {@return what is right and wrong with each node, in the order of the nodes; the worst of each node first} */
    public List<Finding> doctor() {
        return doctor.examine();
    }

    /**
     * Lists what is prepared on the nodes' servers, of this project and of others, in all their databases.
     *
     * @param page counted from 0
     * @param size the most entries of each node, 1 to 1000
     * @return the page, oldest first
     * @throws IllegalArgumentException if there is no such page
     */
    public PreparedPage prepared(int page, int size) {
        return listing.page(page, size);
    }

    /**
     * Finds what is prepared under a name.
     *
     * @param gid a name as {@code pg_prepared_xacts} shows it, of this project or of others
     * @return one entry for each node whose server lists the name
     */
    public PreparedPage prepared(String gid) {
        return listing.named(gid);
    }

    /**
     * Lists what is prepared on the nodes, of this project and of others, put together to global transactions. Each
     * branch is listed once, also where several nodes are databases of one server.
     *
     * @return the transactions, the oldest first
     */
    public PreparedTransactions transactions() {
        return prepared.all();
    }

    /**
     * Explains one global transaction of any program, from what the servers list alone: its branches, the nodes without
     * one, what they lock, who waits, who finishes it.
     *
     * @param name the id of a {@link PreparedTransaction}, or the name of one of its branches
     * @return all that the servers show of it
     */
    public PreparedExplanation explain(String name) {
        return prepared.explain(GlobalName.named(name));
    }

    /** {@return whether these only look, and every order is refused} */
    public boolean isObserving() {
        return observing;
    }

    /**
     * Checks that orders are carried out at all.
     *
     * @param order the order, in a word
     * @throws RefusedException if these only look; it says what to do instead
     */
    public void requireManaging(String order) {
        if (observing) {
            throw new RefusedException(Settling.refusal(order));
        }
    }

    /**
     * Says how a prepared transaction is settled.
     *
     * @param entry what is prepared
     * @return a finding with advice and command
     */
    public Finding howToSettle(PreparedEntry entry) {
        return doctor.howToSettle(entry);
    }

    /**
     * Explains one transaction.
     *
     * @param transaction a transaction of any application
     * @return all that the nodes show of it: its branches, what they lock, who waits, what happens next
     */
    public Explanation explain(TransactionId transaction) {
        return explainer.explain(transaction);
    }

    /**
     * Recovers all nodes now, with the code that an application's recovery runs, and beside applications that are
     * alive. Finishes each branch whose decision can be learned. A branch without a decision is left to its coordinator
     * for the default grace of {@link RecoverySettings}, so the call takes a few seconds where there is one.
     *
     * @return what was done, what is still in doubt and why, and which nodes did not answer
     */
    public RecoveryResult recover() {
        requireManaging("recover");
        return recovery.run();
    }

    /**
     * Settles one transaction by hand.
     *
     * <p>Before: the operator has examined it, and names the state that he saw. After: its decision is durable and its
     * branches on the nodes that answered are finished; the result names the nodes that did not, and what to do. If it
     * fails in between, recovery continues where it stopped. Every order is logged, even one that is refused. What is
     * forced is kept by every node that answers, and {@link #explain} tells it. In the place of a transaction manager
     * the call waits up to three seconds for the end of sessions that may still prepare a branch.
     *
     * @param request the order
     * @return the result; if the home did not answer to the decision, it says that it is not known
     * @throws RefusedException if nothing was done: the state is not the expected one, the order needs force, or the
     *     home could not be reached
     */
    public Resolution resolve(ResolveRequest request) {
        requireManaging("resolve");
        return resolver.resolve(request);
    }

    /**
     * Settles many transactions by hand, by the rules for one. Opens a few connections to each node, however many
     * transactions there are. One that does not fit the order is refused, and the others go on. The order is logged as
     * one line.
     *
     * @param request the order, or a dry run of it
     * @return what became of each, or would, with the reason
     * @throws RefusedException if the filter names a node that does not exist; nothing was done
     */
    public BulkResolution resolve(BulkRequest request) {
        requireManaging("resolve");
        return bulk.resolve(request);
    }

    /**
     * Adopts a database that holds the identity of another place: a copy, or one that was moved. Until then it takes
     * part in no transaction.
     *
     * <p>Before: the operator knows which of the two it is. After: its identity belongs to it, and it can be used
     * without a restart. Name all nodes of the application: what they show is compared with the order. Every order is
     * logged, even one that is refused. What is forced is kept by every node that answers; {@link #doctor} and
     * {@link #explain} tell it. Needs the owner of the schema.
     *
     * @param request the order
     * @return the result; if the answer was lost and the database cannot be asked again, it says that it is not known
     * @throws RefusedException if nothing was done: what is seen contradicts the order, or the order needs force
     */
    public Adoption adopt(AdoptRequest request) {
        requireManaging("adopt");
        return adopter.adopt(request);
    }

    /**
     * Returns the DDL of the decision log's schema: the scripts of all versions in order. It can be run again at any
     * time.
     *
     * @param schema its name
     * @return the DDL
     */
    public static String ddl(String schema) {
        DecisionSettings d = DecisionSettings.DEFAULT;
        return new DecisionSchema(new DecisionSettings(schema, false, d.retention(), d.singleWriter())).text();
    }
}

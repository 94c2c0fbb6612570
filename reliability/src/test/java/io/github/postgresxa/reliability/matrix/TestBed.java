package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The nodes, the proxies in front of them, the application that works through the proxies, and a survivor that
 * reaches the nodes directly.
 */
final class TestBed implements AutoCloseable {

    static final String APPLICATION_NAME = "postgres-xa application";

    private static final Duration RESTART = Duration.ofMinutes(2);

    private final Map<String, PostgresNode> nodes = new LinkedHashMap<>();
    private final Map<String, FaultProxy> proxies = new LinkedHashMap<>();
    private final FaultPlan plan = new FaultPlan();
    private final Spares spares = new Spares();
    private final NodeInspection inspection;
    private final List<ApplicationProcess> others = new ArrayList<>();
    private @Nullable PostgresXa survivor;
    private boolean eager;
    private volatile @Nullable ApplicationProcess application;
    private Duration retention = Duration.ZERO;
    private final Object strikes = new Object();
    private boolean over;

    TestBed(List<PostgresNode> nodes) {
        for (PostgresNode node : nodes) {
            this.nodes.put(node.name(), node);
            proxies.put(node.name(), FaultProxy.before(node, plan));
        }
        inspection = new NodeInspection(nodes);
    }

    /** Starts everything as the play needs it. */
    void ready(ProtocolRun play) throws InterruptedException {
        synchronized (strikes) {
            over = false;
        }
        if (survivor == null || eager != play.survivorIsEager()) {
            closeSurvivor();
            eager = play.survivorIsEager();
            survivor = survivor(eager);
        }
        ApplicationProcess running = application;
        if (running == null || !running.isAlive()) {
            running = spares.take();
            running.open("application", play.retention(), List.copyOf(proxies.values()));
        } else if (!retention.equals(play.retention())) {
            running.open("application", play.retention(), List.copyOf(proxies.values()));
        }
        retention = play.retention();
        application = running;
    }

    private PostgresXa survivor(boolean eager) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .transactionManager(ManagerKind.ATOMIKOS)
                .name("survivor")
                .recovery(eager ? Pace.RECOVERY : Pace.ON_DEMAND);
        nodes.values().forEach(n -> builder.node(n.name(), n.jdbcUrl(), n.username(), n.password()));
        return builder.build();
    }

    /** Lets the survivor recover once, unless it does so all the time. */
    void letSurvivorRecover() {
        if (!eager) {
            survivor().recoverNow();
        }
    }

    PostgresXa survivor() {
        return Objects.requireNonNull(survivor);
    }

    ApplicationProcess application() {
        return Objects.requireNonNull(application);
    }

    boolean applicationIsAlive() {
        ApplicationProcess running = application;
        return running != null && running.isAlive();
    }

    /** {@return another instance, which uses the same proxies} */
    ApplicationProcess another(String name) throws InterruptedException {
        others.forEach(ApplicationProcess::close);
        others.clear();
        ApplicationProcess process = spares.take();
        others.add(process);
        process.open(name, ProtocolRun.LONG, List.copyOf(proxies.values()));
        return process;
    }

    /** What it had sent and the proxies have not forwarded yet is lost with it. */
    void killApplication() {
        application().kill();
        proxies.values().forEach(FaultProxy::cut);
    }

    /**
     * Runs a fault's callback, unless its scenario is over: a message that is answered late must not hit the next
     * one.
     */
    void strike(Runnable what) {
        synchronized (strikes) {
            if (!over) {
                what.run();
            }
        }
    }

    /** Waits for a running callback; later ones do nothing. */
    void endStrikes() {
        synchronized (strikes) {
            over = true;
        }
    }

    /**
     * Lets the survivor recover while a message of the application is held. Does not wait for it if it has to wait
     * for the application.
     */
    void letRivalRecover() {
        Thread rival = new Thread(() -> survivor().recoverNow(), "rival");
        rival.setDaemon(true);
        rival.start();
        try {
            rival.join(Pace.RECOVERY_TIME.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    FaultPlan plan() {
        return plan;
    }

    NodeInspection books() {
        return inspection;
    }

    PostgresNode node(WireMessage message) {
        return Objects.requireNonNull(nodes.get(message.node()));
    }

    FaultProxy proxy(WireMessage message) {
        return Objects.requireNonNull(proxies.get(message.node()));
    }

    /** Removes all faults. */
    void heal() {
        endStrikes();
        plan.clear();
        if (applicationIsAlive()) {
            application().breakNothing();
        }
        proxies.values().forEach(FaultProxy::heal);
        for (PostgresNode node : nodes.values()) {
            node.resume();
            node.start();
        }
    }

    /** Waits until all servers are up again. How long a crash recovery takes says nothing about ours. */
    void awaitNodes() throws Exception {
        for (PostgresNode node : nodes.values()) {
            Await.until(RESTART, () -> answers(node));
        }
    }

    /** {@return whether it is up; a server that lost a session to SIGKILL recovers first} */
    private static boolean answers(PostgresNode node) {
        try {
            return node.queryForLong("select 1") == 1;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    /** Starts over after a scenario that ended badly. */
    void startOver() {
        heal();
        ApplicationProcess running = application;
        if (running != null) {
            running.close();
        }
        application = null;
        closeSurvivor();
        inspection.startOver();
    }

    private void closeSurvivor() {
        PostgresXa open = survivor;
        survivor = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closeSurvivor();
        others.forEach(ApplicationProcess::close);
        ApplicationProcess running = application;
        if (running != null) {
            running.close();
        }
        spares.close();
        proxies.values().forEach(FaultProxy::close);
        inspection.close();
    }
}

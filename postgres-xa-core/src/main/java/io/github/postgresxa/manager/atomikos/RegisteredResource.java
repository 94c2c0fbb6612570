package io.github.postgresxa.manager.atomikos;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.prepared.NodeScan;
import io.github.postgresxa.transaction.FacadeXaResource;
import io.github.postgresxa.transaction.ManagerHints;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The resource that Atomikos knows: it enlists only resources that a registered one claims, and queries that one when
 * it recovers.
 */
final class RegisteredResource extends XATransactionalResource {

    private static final String PREFIX = "postgres-xa-";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final Set<RegisteredResource> OPEN = ConcurrentHashMap.newKeySet();

    private static int open;
    private static boolean left;

    private final ManagerHints owner;
    private final NodeScan recovery;

    private RegisteredResource(String name, ManagerHints owner, NodeScan recovery) {
        super(name);
        this.owner = owner;
        this.recovery = recovery;
    }

    static RegisteredResource register(ManagerHints owner, NodeScan recovery) {
        RegisteredResource resource = new RegisteredResource(PREFIX + COUNT.incrementAndGet(), owner, recovery);
        Configuration.addResource(resource);
        OPEN.add(resource);
        opened();
        return resource;
    }

    /** {@return whether one of these has the name} */
    static boolean isName(@Nullable String name) {
        return name != null && name.startsWith(PREFIX);
    }

    private static synchronized void opened() {
        left &= open++ > 0;
    }

    private static synchronized void closed() {
        open--;
        left = true;
    }

    /**
     * {@return whether a scan of all registered resources covered all that may hold prepared branches} For Atomikos, a
     * resource that is not registered, or not any more, holds nothing.
     */
    static synchronized boolean allAreThere() {
        return open > 0 && !left;
    }

    /** {@return those of the nodes that the last scans have not covered} */
    static Set<NodeIdentity> notCovered(Set<NodeIdentity> nodes) {
        Set<NodeIdentity> left = new HashSet<>(nodes);
        OPEN.forEach(resource -> left.removeAll(resource.recovery.covered()));
        return left;
    }

    void unregister() {
        closed();
        OPEN.remove(this);
        Configuration.removeResource(getName());
        close();
    }

    @Override
    protected XAResource refreshXAConnection() {
        return recovery;
    }

    /**
     * Claims resources by owner, because several owners may live in one process and each finds only its own nodes'
     * branches. The default compares class names and calls isSameRM, which is false between two transactions' facades.
     */
    @Override
    public boolean usesXAResource(XAResource resource) {
        return resource instanceof FacadeXaResource facade && facade.belongsTo(owner);
    }
}

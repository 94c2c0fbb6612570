package io.github.postgresxa.samples.jakarta;

import io.github.postgresxa.samples.jakarta.probe.ProbeResource;
import io.github.postgresxa.samples.jakarta.server.DeploymentRefusedException;
import io.github.postgresxa.samples.jakarta.server.Server;
import io.github.postgresxa.samples.jakarta.server.War;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import java.util.List;
import java.util.stream.Stream;

/** The bank on the server of this build, over nodes behind proxies. At its end the server has nothing deployed. */
final class Deployment implements AutoCloseable {

    private final Server server = Server.running();
    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> proxies;
    private final War war;

    Deployment(PostgresNode... nodes) {
        this("bank", nodes);
    }

    /** Under a name of its own, which is also its path. */
    Deployment(String name, PostgresNode... nodes) {
        this.war = new War(name).classesBeside(ProbeResource.class);
        this.proxies =
                Stream.of(nodes).map(node -> FaultProxy.before(node, plan)).toList();
        war.with("postgres.xa.name", name);
        war.with("postgres.xa.recovery.grace", "2s");
        for (FaultProxy proxy : proxies) {
            String prefix = "postgres.xa.nodes." + proxy.node().name();
            war.with(prefix + ".url", proxy.jdbcUrl());
            war.with(prefix + ".username", proxy.node().username());
            war.with(prefix + ".password", proxy.node().password());
        }
    }

    War war() {
        return war;
    }

    /** Brings it into the server. */
    Deployment deployed() {
        try {
            server.deploy(war);
            return this;
        } catch (DeploymentRefusedException e) {
            throw new AssertionError("refused by " + server.name(), e);
        }
    }

    Server server() {
        return server;
    }

    FaultPlan plan() {
        return plan;
    }

    Client client() {
        return new Client(server.http().resolve(war.name() + "/api/"));
    }

    void undeploy() {
        server.undeploy(war.name());
    }

    @Override
    public void close() {
        try {
            plan.clear();
            undeploy();
        } finally {
            proxies.forEach(FaultProxy::close);
        }
    }
}

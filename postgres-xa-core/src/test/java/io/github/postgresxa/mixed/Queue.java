package io.github.postgresxa.mixed;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.test.PostgresNode;
import java.sql.SQLException;
import java.util.List;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.postgresql.xa.PGXADataSource;

/**
 * Another resource whose branches outlive every process: a PostgreSQL server that is none of the nodes, as the driver
 * presents it.
 */
public final class Queue implements AutoCloseable {

    private final PostgresNode server;
    private XAConnection connection;

    private Queue(PostgresNode server) throws SQLException {
        this.server = server;
        server.execute("create table if not exists message (body text)", "truncate message");
        this.connection = source().getXAConnection();
    }

    public static Queue on(PostgresNode server) throws SQLException {
        return new Queue(server);
    }

    private PGXADataSource source() {
        PGXADataSource source = new PGXADataSource();
        source.setUrl(server.jdbcUrl());
        source.setUser(server.username());
        source.setPassword(server.password());
        return source;
    }

    /** Restarts the server. The connections of before are broken. */
    public void restart() throws SQLException {
        server.stop();
        server.start();
        connection = source().getXAConnection();
    }

    /** {@return how many connections it has} */
    public long sessions() {
        return server.queryForLong("select count(*) from pg_stat_activity where backend_type = 'client backend'");
    }

    public XAResource resource() throws SQLException {
        return connection.getXAResource();
    }

    /** {@return the server as another connection sees it} */
    public XAResource another() throws SQLException {
        return source().getXAConnection().getXAResource();
    }

    /** Puts a message into the branch that has begun. */
    public void put(String message) throws SQLException {
        connection.getConnection().createStatement().execute("insert into message values ('" + message + "')");
    }

    /** Leaves a message as a process leaves it that dies between the two phases. */
    public void leavePrepared(Xid xid, String message) throws Exception {
        resource().start(xid, XAResource.TMNOFLAGS);
        put(message);
        resource().end(xid, XAResource.TMSUCCESS);
        resource().prepare(xid);
    }

    public long messages() {
        return server.queryForLong("select count(*) from message");
    }

    public List<String> bodies() {
        String all = server.queryForString("select coalesce(string_agg(body, ',' order by body), '') from message");
        return all.isEmpty() ? List.of() : List.of(all.split(","));
    }

    public long prepared() {
        return server.preparedTransactions().size();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        server.preparedTransactions().forEach(p -> server.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    /** Makes it known to Atomikos, as applications do, until it is closed. */
    public Registered register() {
        Registered registered = new Registered(this);
        Configuration.addResource(registered);
        return registered;
    }

    /** What Atomikos asks. */
    public static final class Registered extends XATransactionalResource implements AutoCloseable {

        private final Queue queue;

        private Registered(Queue queue) {
            super("queue");
            this.queue = queue;
        }

        @Override
        protected XAResource refreshXAConnection() {
            try {
                return queue.source().getXAConnection().getXAResource();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean usesXAResource(XAResource resource) {
            return resource.getClass().getName().startsWith("org.postgresql");
        }

        @Override
        public void close() {
            Configuration.removeResource(getName());
            super.close();
        }
    }
}

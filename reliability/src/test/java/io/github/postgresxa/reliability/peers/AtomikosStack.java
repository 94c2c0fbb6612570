package io.github.postgresxa.reliability.peers;

import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.Journal;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.Stack;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.postgresql.xa.PGXADataSource;

/**
 * Atomikos 6 with its own pool over the driver's XADataSource, as its documentation shows it. Defaults, except for
 * sizes and the shorter delays of recovery.
 */
final class AtomikosStack implements Stack {

    private final UserTransactionManager manager = new UserTransactionManager();
    private final Map<String, AtomikosDataSourceBean> pools = new LinkedHashMap<>();

    private AtomikosStack(Instance instance) throws SystemException {
        set("tm_unique_name", instance.name());
        set("log_base_dir", instance.directory().resolve(instance.name()).toString());
        set("default_jta_timeout", "10000");
        // Defaults: max_timeout 300000, recovery_delay 10000. A wait of less than five minutes needs less.
        set("max_timeout", System.getProperty("peers.max_timeout", "10000"));
        set("recovery_delay", "2000");
        set("oltp_max_retries", "1");
        set("oltp_retry_interval", "1000");
        String forget = System.getProperty("peers.forget");
        if (forget != null) {
            set("forget_orphaned_log_entries_delay", forget);
        }
        for (NodeAddress node : instance.nodes()) {
            pools.put(node.name(), pool(node));
        }
        pools.forEach(AtomikosStack::register);
        manager.init();
    }

    private static void set(String name, String value) {
        System.setProperty("com.atomikos.icatch." + name, value);
    }

    /** Without this, recovery does not know a node before the first connection to it. */
    private static void register(String node, AtomikosDataSourceBean pool) {
        try {
            pool.init();
        } catch (SQLException e) {
            System.err.println("node " + node + " is not there at the start: " + e.getMessage());
        }
    }

    private static AtomikosDataSourceBean pool(NodeAddress node) {
        PGXADataSource driver = new PGXADataSource();
        driver.setUrl(node.url() + System.getProperty("peers.url." + node.name(), ""));
        driver.setUser(node.username());
        driver.setPassword(node.password());
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(node.name());
        pool.setXaDataSource(driver);
        pool.setMaxPoolSize(10);
        pool.setBorrowConnectionTimeout(5);
        pool.setTestQuery("select 1");
        return pool;
    }

    @Override
    public UserTransaction transaction() {
        return manager;
    }

    @Override
    public DataSource dataSource(String node) {
        return Objects.requireNonNull(pools.get(node));
    }

    @Override
    public void close() {
        pools.values().forEach(AtomikosDataSourceBean::close);
        manager.close();
    }

    /** Starts the stack. */
    public static final class Factory implements Stack.Factory {

        @Override
        public Stack open(Instance instance, Journal journal) throws Exception {
            return new AtomikosStack(instance);
        }
    }
}

package io.github.postgresxa.stock;

import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import io.github.postgresxa.test.PostgresNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;
import org.postgresql.xa.PGXADataSource;

/**
 * A process of its own with stock Atomikos over two of the driver's {@code PGXADataSource}. It moves ten from east to
 * west and dies at a moment of the commit, or it only recovers what an earlier one left.
 */
final class StockCoordinator {

    static final String NAME = "stock-observed";

    /** When the process dies, as seen from the second node. */
    enum Death {
        AFTER_PREPARE,
        BEFORE_COMMIT,
        NEVER
    }

    private StockCoordinator() {}

    /** Runs a process until it dies. */
    static void killed(Death death, Path logs, PostgresNode east, PostgresNode west) throws Exception {
        Process process = start(death, logs, east, west);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not come to " + death);
        }
        if (process.exitValue() != DEAD) {
            throw new AssertionError("it ended by itself: " + process.exitValue());
        }
    }

    private static final int DEAD = 66;

    /** {@return a process, running; one that never dies only recovers} */
    static Process start(Death death, Path logs, PostgresNode east, PostgresNode west) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlog.target=System.err",
                        StockCoordinator.class.getName(),
                        death.name(),
                        logs.toString(),
                        east.jdbcUrl(),
                        west.jdbcUrl(),
                        east.username(),
                        east.password())
                .redirectErrorStream(true)
                .redirectOutput(logs.resolve(death + ".log").toFile())
                .start();
    }

    public static void main(String[] args) throws Exception {
        Death death = Death.valueOf(args[0]);
        set("registered", "true");
        set("log_base_dir", args[1]);
        set("tm_unique_name", NAME);
        set("max_timeout", "3000");
        set("default_jta_timeout", "3000");
        set("recovery_delay", "500");
        AtomikosDataSourceBean east = pool("east", driver(args[2], args));
        AtomikosDataSourceBean west = pool("west", dying(XADataSource.class, driver(args[3], args), death));
        UserTransactionManager manager = new UserTransactionManager();
        for (AtomikosDataSourceBean pool : List.of(east, west)) {
            pool.init();
        }
        manager.init();
        if (death == Death.NEVER) {
            TimeUnit.MINUTES.sleep(5);
        }
        manager.begin();
        add(east, -10);
        add(west, 10);
        manager.commit();
    }

    private static void set(String name, String value) {
        System.setProperty("com.atomikos.icatch." + name, value);
    }

    private static PGXADataSource driver(String url, String[] args) {
        PGXADataSource driver = new PGXADataSource();
        driver.setUrl(url);
        driver.setUser(args[4]);
        driver.setPassword(args[5]);
        return driver;
    }

    private static AtomikosDataSourceBean pool(String name, XADataSource driver) {
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(name);
        pool.setXaDataSource(driver);
        pool.setPoolSize(1);
        return pool;
    }

    private static void add(AtomikosDataSourceBean pool, long amount) throws SQLException {
        try (Connection c = pool.getConnection();
                Statement s = c.createStatement()) {
            s.executeUpdate("update account set balance = balance + " + amount + " where id = 1");
        }
    }

    /** {@return the same object, whose XAResource ends the process} */
    private static <T> T dying(Class<T> type, T target, Death death) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    String name = method.getName();
                    if (name.equals("isSameRM")) {
                        return proxy == arguments[0];
                    }
                    if (name.equals("commit") && death == Death.BEFORE_COMMIT) {
                        Runtime.getRuntime().halt(DEAD);
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (name.equals("prepare") && death == Death.AFTER_PREPARE) {
                        Runtime.getRuntime().halt(DEAD);
                    }
                    return switch (name) {
                        case "getXAConnection" -> dying(XAConnection.class, (XAConnection) result, death);
                        case "getXAResource" -> dying(XAResource.class, (XAResource) result, death);
                        default -> result;
                    };
                }));
    }
}

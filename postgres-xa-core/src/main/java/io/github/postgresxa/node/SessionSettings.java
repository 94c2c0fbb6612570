package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;

/**
 * What JDBC and the driver let an application set on a connection. It is put back when the connection comes back, so that the next user finds it as new. That costs
 * a round trip only where the server was told of a change.
 */
final class SessionSettings {

    private static final String APPLICATION_NAME = "application_name";

    /** What DISCARD ALL does, which a burst may not contain; and what the driver sets after its login. */
    private static final String DISCARD_ALL = """
            close all;
            set session authorization default;
            reset all;
            deallocate all;
            unlisten *;
            select pg_catalog.pg_advisory_unlock_all();
            discard plans;
            discard temp;
            discard sequences;
            """;

    private final BaseConnection driver;
    private final boolean readOnly;
    private final @Nullable String applicationName;
    private final Own own;
    private volatile boolean schema;
    private volatile boolean isolation;

    /** @param driver a connection that was just opened */
    SessionSettings(BaseConnection driver) throws SQLException {
        this.driver = driver;
        this.readOnly = driver.isReadOnly();
        this.applicationName = driver.getParameterStatus(APPLICATION_NAME);
        this.own = Own.of(driver);
    }

    /** @param method the name of a connection's method that is about to be called */
    void changes(String method) {
        if (method.equals("setSchema")) {
            schema = true;
        } else if (method.equals("setTransactionIsolation")) {
            isolation = true;
        }
    }

    /**
     * Before the connection goes to its next user. No round trip. (The pool has put back by itself what it knows of, to values of its own, for example a
     * network timeout of zero over the one in the URL.)
     *
     * @throws SQLException if the connection is broken
     */
    void check() throws SQLException {
        isolation = false;
        if (driver.isReadOnly() != readOnly) {
            driver.setReadOnly(readOnly);
        }
        putBackOwn();
    }

    /**
     * {@return the statements that put back what the server was told; empty if it was told nothing}
     *
     * @param everything whether all that a session can hold is discarded, in SQL, too
     */
    String undo(boolean everything) throws SQLException {
        StringBuilder sql = new StringBuilder(everything ? DISCARD_ALL : "");
        if (!everything && schema) {
            sql.append("reset search_path;\n");
        }
        if (!everything && isolation) {
            sql.append("reset default_transaction_isolation;\n");
        }
        if (applicationName != null
                && (everything || !applicationName.equals(driver.getParameterStatus(APPLICATION_NAME)))) {
            sql.append("set application_name = '%s';\n".formatted(driver.escapeString(applicationName)));
        }
        return sql.toString();
    }

    /** After the statements: what the driver itself remembers. The connection is in no transaction. */
    void putBack() throws SQLException {
        schema = false;
        isolation = false;
        driver.setAutoCommit(true);
        if (driver.isReadOnly() != readOnly) {
            driver.setReadOnly(readOnly);
        }
        putBackOwn();
        driver.clearWarnings();
    }

    private void putBackOwn() throws SQLException {
        if (!own.equals(Own.of(driver))) {
            own.applyTo(driver);
        }
    }

    /** What the server never hears of. */
    private record Own(
            int holdability,
            int networkTimeout,
            Map<String, Class<?>> typeMap,
            int prepareThreshold,
            int fetchSize,
            int queryTimeout,
            AutoSave autoSave,
            boolean adaptiveFetch) {

        static Own of(BaseConnection driver) throws SQLException {
            Map<String, Class<?>> types = driver.getTypeMap();
            return new Own(
                    driver.getHoldability(),
                    driver.getNetworkTimeout(),
                    types == null ? Map.of() : Map.copyOf(types),
                    driver.getPrepareThreshold(),
                    driver.getDefaultFetchSize(),
                    driver.getQueryTimeout(),
                    driver.getAutosave(),
                    driver.getAdaptiveFetch());
        }

        void applyTo(BaseConnection driver) throws SQLException {
            driver.setHoldability(holdability);
            driver.setNetworkTimeout(Runnable::run, networkTimeout);
            driver.setTypeMap(new HashMap<>(typeMap));
            driver.setPrepareThreshold(prepareThreshold);
            driver.setDefaultFetchSize(fetchSize);
            driver.setQueryTimeout(queryTimeout);
            driver.setAutosave(autoSave);
            driver.setAdaptiveFetch(adaptiveFetch);
        }
    }
}

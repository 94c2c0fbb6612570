package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;

/**
 * What an application can set on a connection over JDBC and the driver. It is reset when the connection is returned, so
 * that the next user finds it as new. That costs a round trip only if a change has reached the server.
 */
final class SessionSettings {

    private static final String APPLICATION_NAME = "application_name";

    /** Does what DISCARD ALL does, which a burst must not contain, and repeats what the driver sets after its login. */
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

    /**
     * Remembers the settings of a new connection.
     *
     * @param driver a connection that was just opened
     */
    SessionSettings(BaseConnection driver) throws SQLException {
        this.driver = driver;
        this.readOnly = driver.isReadOnly();
        this.applicationName = driver.getParameterStatus(APPLICATION_NAME);
        this.own = Own.of(driver);
    }

    /**
     * Notes a call that may change a setting.
     *
     * @param method the name of a connection's method that is about to be called
     */
    void changes(String method) {
        if (method.equals("setSchema")) {
            schema = true;
        } else if (method.equals("setTransactionIsolation")) {
            isolation = true;
        }
    }

    /**
     * Checks the settings before the connection goes to its next user. No round trip. (The pool resets the settings
     * that it knows of, but to its own values, for example a network timeout of zero instead of the URL's.)
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
     * Returns the statements that reset what has reached the server.
     *
     * @param everything whether to discard all state of the session, including what was set in SQL
     * @return the statements; empty if nothing has reached the server
     * @throws SQLException if the connection is broken
     */
    String undo(boolean everything) throws SQLException {
        boolean renamed =
                applicationName != null && !applicationName.equals(driver.getParameterStatus(APPLICATION_NAME));
        if (!everything && !schema && !isolation && !renamed) {
            return ""; // The usual case.
        }
        StringBuilder sql = new StringBuilder(everything ? DISCARD_ALL : "");
        if (!everything && schema) {
            sql.append("reset search_path;\n");
        }
        if (!everything && isolation) {
            sql.append("reset default_transaction_isolation;\n");
        }
        if (applicationName != null && (everything || renamed)) {
            sql.append("set application_name = '%s';\n".formatted(driver.escapeString(applicationName)));
        }
        return sql.toString();
    }

    /** Resets what the driver itself remembers, after the statements. The connection is in no transaction. */
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
        if (!own.isSetOn(driver)) {
            own.applyTo(driver);
        }
    }

    /** The settings that never reach the server. */
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

        boolean isSetOn(BaseConnection driver) throws SQLException {
            Map<String, Class<?>> types = driver.getTypeMap();
            return holdability == driver.getHoldability()
                    && networkTimeout == driver.getNetworkTimeout()
                    && (types == null || types.isEmpty() ? typeMap.isEmpty() : typeMap.equals(types))
                    && prepareThreshold == driver.getPrepareThreshold()
                    && fetchSize == driver.getDefaultFetchSize()
                    && queryTimeout == driver.getQueryTimeout()
                    && autoSave == driver.getAutosave()
                    && adaptiveFetch == driver.getAdaptiveFetch();
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

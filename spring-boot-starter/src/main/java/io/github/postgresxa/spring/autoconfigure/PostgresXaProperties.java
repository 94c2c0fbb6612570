package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The properties {@code postgres.xa.*}. Values are checked where they become settings of the core.
 *
 * @param enabled Whether transactions over several PostgreSQL nodes are set up.
 * @param name Name of the application in displays and in decision rows. Default is the value of spring.application.name.
 * @param nodes PostgreSQL nodes by name. A name has lower-case letters and digits only; it becomes part of bean names.
 * @param primary Name of the node whose DataSource and JdbcClient are primary. Default is the first node.
 * @param transactionManager JTA transaction manager to use. With "auto" it is the one that the application defines as a bean,
 *     else the embedded Atomikos.
 * @param decision Where and for how long decisions are kept.
 * @param recovery The pace of recovery.
 * @param doctor When the nodes are examined.
 * @param health When a person should look.
 * @param metrics What is told apart in meters.
 * @param logging What stands in the log.
 */
@ConfigurationProperties("postgres.xa")
public record PostgresXaProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String name,
        @DefaultValue Map<String, Node> nodes,
        @Nullable String primary,
        @DefaultValue("auto") Manager transactionManager,
        @DefaultValue Decision decision,
        @DefaultValue Recovery recovery,
        @DefaultValue Doctor doctor,
        @DefaultValue Health health,
        @DefaultValue Metrics metrics,
        @DefaultValue Logging logging) {

    /** Which JTA transaction manager demarcates. */
    public enum Manager {
        /** The application's own beans if there are some, else the embedded Atomikos. */
        AUTO,
        /** The embedded Atomikos. */
        ATOMIKOS,
        /** The beans of a Narayana starter or of the application. */
        NARAYANA
    }

    /** Whether the schema of the decision log is created and migrated. */
    public enum InitializeSchema {
        /** Created on every node where it is missing, migrated where it is older than this release needs. */
        ALWAYS,
        /** Left to the application's migration tool. */
        NEVER
    }

    /**
     * When the nodes are examined.
     *
     * @param atStart Whether the nodes are examined when the application is ready, and what should be mended is logged.
     */
    public record Doctor(@DefaultValue("true") boolean atStart) {}

    /**
     * One PostgreSQL node.
     *
     * @param url JDBC URL of the node. Driver properties may follow its question mark.
     * @param username Role for work, and for recovery unless it has one of its own.
     * @param password Password of the role.
     * @param pool Limits of the node's connection pool.
     * @param recoveryRole Role for recovery. Default is the one for work.
     * @param required Whether a transaction rolls back if this node gives it no connection, even if the application catches the exception
     *     and goes on.
     */
    public record Node(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password,
            @DefaultValue Pool pool,
            @Nullable Role recoveryRole,
            @DefaultValue("true") boolean required) {

        /** {@return the pool only: the rest can hold credentials} */
        @Override
        public String toString() {
            return "Node[pool=" + pool + "]";
        }
    }

    /**
     * A role of its own for recovery. It has to be a member of the role for work.
     *
     * @param username Role for recovery.
     * @param password Password of the role for recovery.
     */
    public record Role(@Nullable String username, @Nullable String password) {

        @Nullable
        RecoveryRole toSettings() {
            return username == null ? null : new RecoveryRole(username, password);
        }

        /** {@return the name only} */
        @Override
        public String toString() {
            return "Role[username=" + username + "]";
        }
    }

    /**
     * Limits of a connection pool. Recovery has connections of its own and never waits for this pool.
     *
     * @param maxSize Most connections for work.
     * @param minSize Connections that are kept open.
     * @param acquisitionTimeout How long a caller waits for a free connection.
     * @param idleTimeout After this time an unused connection above min-size is closed. Zero for never.
     * @param maxLifetime A connection older than this is replaced. Zero for never.
     * @param validationIdle A connection unused for longer than this is asked for a sign of life before it is handed out.
     * @param discardAll Whether everything that a session holds, also from SQL, is discarded when its connection comes back. Costs a round trip.
     */
    public record Pool(
            @DefaultValue("10") int maxSize,
            @DefaultValue("0") int minSize,
            @DefaultValue("5s") Duration acquisitionTimeout,
            @DefaultValue("10m") Duration idleTimeout,
            @DefaultValue("30m") Duration maxLifetime,
            @DefaultValue("30s") Duration validationIdle,
            @DefaultValue("false") boolean discardAll) {

        PoolSettings toSettings() {
            return new PoolSettings(
                    maxSize, minSize, acquisitionTimeout, idleTimeout, maxLifetime, validationIdle, discardAll);
        }
    }

    /**
     * Where and for how long decisions are kept.
     *
     * @param schema Schema of the decision log on every node.
     * @param initializeSchema Whether the schema is created where it is missing, and migrated where it is older.
     * @param retention A decision that was carried out everywhere is kept for at least this long.
     * @param singleWriter Whether a transaction with a single writing node leaves a decision row too, so that its outcome can be
     *     asked after a lost reply.
     */
    public record Decision(
            @DefaultValue("pgxa") String schema,
            @DefaultValue("always") InitializeSchema initializeSchema,
            @DefaultValue("1h") Duration retention,
            @DefaultValue("false") boolean singleWriter) {

        DecisionSettings toSettings() {
            return new DecisionSettings(schema, initializeSchema == InitializeSchema.ALWAYS, retention, singleWriter);
        }
    }

    /**
     * The pace of recovery. None of these times decides an outcome.
     *
     * @param enabled Whether this application finishes what others began. The nodes are watched in any case.
     * @param interval Time between two passes over all nodes.
     * @param grace How long a prepared branch without a decision is left to its coordinator.
     */
    public record Recovery(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("1s") Duration interval,
            @DefaultValue("2s") Duration grace) {

        RecoverySettings toSettings() {
            return new RecoverySettings(enabled, interval, grace);
        }
    }

    /**
     * When a person should look.
     *
     * @param inDoubtThreshold A node that holds a prepared branch in doubt for longer than this has the health status IN_DOUBT_TOO_LONG.
     */
    public record Health(@DefaultValue("1m") Duration inDoubtThreshold) {}

    /**
     * What is told apart in meters.
     *
     * @param transactionNames How many different names of transactions the timer postgres.xa.commit tells apart in its tag "transaction"; further ones
     *     are "other". Zero for no such tag.
     */
    public record Metrics(@DefaultValue("0") int transactionNames) {}

    /**
     * What stands in the log.
     *
     * @param transactionId Whether the log's context (MDC) has the id of the thread's transaction under the key postgresXaTransaction.
     */
    public record Logging(@DefaultValue("true") boolean transactionId) {}

    /**
     * How this application is called in displays and in decision rows.
     *
     * @param environment knows {@code spring.application.name}
     * @return the configured name, else that of the application, else {@code application}
     */
    public String applicationName(Environment environment) {
        if (StringUtils.hasText(name)) {
            return name;
        }
        String ofSpring = environment.getProperty("spring.application.name");
        return StringUtils.hasText(ofSpring) ? ofSpring : "application";
    }

    /** The settings of a node, whose address may come from elsewhere. */
    NodeSettings toSettings(String node, PostgresXaConnectionDetails.Node address) {
        NodeSettings settings = new NodeSettings(
                node, address.url(), address.username(), address.password(), poolOf(node), recoveryRoleOf(node));
        Node configured = nodes.get(node);
        return configured == null || configured.required() ? settings : settings.notRequired();
    }

    private @Nullable RecoveryRole recoveryRoleOf(String node) {
        Node configured = nodes.get(node);
        Role role = configured == null ? null : configured.recoveryRole();
        return role == null ? null : role.toSettings();
    }

    private PoolSettings poolOf(String node) {
        Node configured = nodes.get(node);
        if (configured == null) {
            return PoolSettings.DEFAULT;
        }
        try {
            return configured.pool().toSettings();
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException("Node '%s': %s".formatted(node, e.problem()), e.action());
        }
    }
}

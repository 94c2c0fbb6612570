package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.configuration.Configuration;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Binds the properties {@code postgres.xa.*}. Values are checked when they become settings of the core.
 *
 * <p>The core defines the keys ({@link io.github.postgresxa.configuration.Keys}). These records repeat them for the
 * binder and for editors; {@code SameKeysTests} compares them.
 *
 * @param enabled Whether to set up transactions over several PostgreSQL nodes.
 * @param mode Whether to manage the transactions over the nodes, or only to observe those of another manager.
 * @param name Name of the application in displays and in decision rows. Default is the value of
 *     spring.application.name.
 * @param nodes PostgreSQL nodes by name. A name has lower-case letters and digits only; it becomes part of bean names.
 * @param primary Name of the node whose beans are primary. Default is the first node.
 * @param transactionManager JTA transaction manager to use. With "auto" it is the one that the application defines as a
 *     bean, otherwise an embedded one: Narayana if that is on the class path, else Atomikos.
 * @param transactionTimeout Timeout of a transaction that asks for none. Under the manager of an application server it
 *     counts only where that tells no timeout at all. Default is the value of spring.transaction.default-timeout,
 *     otherwise 30s under an embedded manager.
 * @param commit Acknowledgement of commits.
 * @param decision Decision log on the nodes.
 * @param recovery Recovery of prepared branches.
 * @param doctor Examination of the nodes by the doctor.
 * @param health Health of the nodes.
 * @param metrics Meters of transactions.
 * @param logging Log output.
 * @param ignoreUnknownKeys Whether to start although there are keys below postgres.xa that no property has.
 */
@ConfigurationProperties("postgres.xa")
public record PostgresXaProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("manage") Mode mode,
        @Nullable String name,
        @DefaultValue Map<String, Node> nodes,
        @Nullable String primary,
        @DefaultValue("auto") Manager transactionManager,
        @Nullable Duration transactionTimeout,
        @DefaultValue Commit commit,
        @DefaultValue Decision decision,
        @DefaultValue Recovery recovery,
        @DefaultValue Doctor doctor,
        @DefaultValue Health health,
        @DefaultValue Metrics metrics,
        @DefaultValue Logging logging,
        @DefaultValue("false") boolean ignoreUnknownKeys) {

    /** Says what this application does on the nodes. */
    public enum Mode {
        /** It manages transactions over them: DataSources, a transaction manager, recovery. */
        MANAGE,
        /** It only watches transactions that another manager runs, and changes nothing. */
        OBSERVE
    }

    /** Names the JTA transaction manager to use. */
    public enum Manager {
        /** The application's own beans if it defines them, otherwise Narayana if it is there, else Atomikos. */
        AUTO,
        /** The beans of a Narayana starter or of the application if there are any, otherwise the embedded Narayana. */
        NARAYANA,
        /** The embedded Atomikos. */
        ATOMIKOS;

        ManagerKind toSettings() {
            return ManagerKind.valueOf(name());
        }
    }

    /** Says when a commit answers. */
    public enum Acknowledge {
        /** When all nodes show it. */
        FINISHED,
        /** When its decision is durable; the other nodes show it a moment later. */
        DECIDED
    }

    /** Says whether the application creates and migrates the schema of the decision log. */
    public enum InitializeSchema {
        /** Create it on every node where it is missing, and migrate it where it is older than this release needs. */
        ALWAYS,
        /** Leave it to the application's migration tool. */
        NEVER
    }

    /**
     * Examination of the nodes by the doctor.
     *
     * @param atStart Whether to examine the nodes when the application is ready, and to log what needs to be fixed.
     */
    public record Doctor(@DefaultValue("true") boolean atStart) {}

    /**
     * One PostgreSQL node.
     *
     * @param url JDBC URL of the node. Driver properties may follow its question mark.
     * @param username Role for work, and also for recovery unless recovery-role is set.
     * @param password Password of the role.
     * @param pool Limits of the node's connection pool.
     * @param recoveryRole Role for recovery. Default is the one for work.
     * @param required Whether a transaction rolls back if this node gives it no connection, even if the application
     *     catches the exception and continues.
     */
    public record Node(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password,
            @DefaultValue Pool pool,
            @Nullable Role recoveryRole,
            @DefaultValue("true") boolean required) {

        /** {@return a text with the pool only, because the rest can contain credentials} */
        @Override
        public String toString() {
            return "Node[pool=" + pool + "]";
        }
    }

    /**
     * Separate role for recovery. It has to be a member of the role for work.
     *
     * @param username Role for recovery.
     * @param password Password of the role for recovery.
     */
    public record Role(@Nullable String username, @Nullable String password) {

        @Nullable
        RecoveryRole toSettings() {
            return username == null ? null : new RecoveryRole(username, password);
        }

        /** {@return a text with the name only, never the password} */
        @Override
        public String toString() {
            return "Role[username=" + username + "]";
        }
    }

    /**
     * Limits of the node's connection pool. Recovery has its own connections and never waits for this pool.
     *
     * @param maxSize Maximum number of connections for work.
     * @param minSize Number of connections to keep open.
     * @param acquisitionTimeout How long a caller waits for a free connection.
     * @param idleTimeout Time after which an unused connection above min-size is closed. Zero means never.
     * @param maxLifetime Age at which a connection is replaced. Zero means never.
     * @param validationIdle A connection that was idle for longer than this is validated before it is used.
     * @param discardAll Whether to discard everything that a session holds, including state set by SQL, when its
     *     connection is returned. Costs a round trip.
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
     * Acknowledgement of commits. It changes neither the outcome nor how durable it is.
     *
     * @param acknowledge When a commit answers: when all nodes show it, or when its decision is durable.
     * @param readYourWrites How long after its acknowledgement statements of this application wait for a commit that
     *     their node does not show yet. Zero means that they do not wait.
     */
    public record Commit(
            @DefaultValue("finished") Acknowledge acknowledge,
            @DefaultValue("5s") Duration readYourWrites) {

        CommitSettings toSettings() {
            return new CommitSettings(io.github.postgresxa.Acknowledge.valueOf(acknowledge.name()), readYourWrites);
        }
    }

    /**
     * Decision log on the nodes.
     *
     * @param schema Schema of the decision log on every node.
     * @param initializeSchema Whether to create the schema where it is missing, and to migrate it where it is older.
     * @param retention Minimum time to keep a decision that was carried out on all nodes.
     * @param singleWriter Whether to write a decision row also for a transaction with a single writing node, so that
     *     its outcome can be queried after a lost reply.
     * @param home Which of the nodes that a transaction writes to keeps its decision. With "auto" it is the one with
     *     which the commit is shortest, as far as the distances of the nodes are known, otherwise the one that was used
     *     first. With "first-used" it is always that one. The name of a node pins it wherever it is written to.
     */
    public record Decision(
            @DefaultValue("pgxa") String schema,
            @DefaultValue("always") InitializeSchema initializeSchema,
            @DefaultValue("1h") Duration retention,
            @DefaultValue("false") boolean singleWriter,
            @DefaultValue("auto") String home) {

        DecisionSettings toSettings() {
            return new DecisionSettings(schema, initializeSchema == InitializeSchema.ALWAYS, retention, singleWriter);
        }
    }

    /**
     * Recovery of prepared branches. None of these times decides an outcome.
     *
     * @param enabled Whether this application finishes branches that other processes left prepared. The nodes are
     *     monitored in any case.
     * @param interval Time between two passes over all nodes.
     * @param grace How long a prepared branch without a decision is left to its coordinator.
     * @param share Whether many instances share the passes over a node. Of more than a few, seven watch it, and the
     *     others close their sessions and look in about once a minute.
     */
    public record Recovery(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("1s") Duration interval,
            @DefaultValue("2s") Duration grace,
            @DefaultValue("true") boolean share) {

        RecoverySettings toSettings() {
            return new RecoverySettings(enabled, interval, grace, share);
        }
    }

    /**
     * Health of the nodes.
     *
     * @param inDoubtThreshold Age of a prepared branch in doubt above which its node has the health status
     *     IN_DOUBT_TOO_LONG.
     */
    public record Health(@DefaultValue("1m") Duration inDoubtThreshold) {}

    /**
     * Meters of transactions.
     *
     * @param transactionNames Maximum number of transaction names in the tag "transaction" of the timer
     *     postgres.xa.commit; all further names are "other". Zero for no such tag.
     */
    public record Metrics(@DefaultValue("0") int transactionNames) {}

    /**
     * Log output.
     *
     * @param transactionId Whether to put the id of the thread's transaction into the log's context (MDC), under the
     *     key postgresXaTransaction.
     */
    public record Logging(@DefaultValue("true") boolean transactionId) {}

    /**
     * Returns the name of this application in displays and in decision rows.
     *
     * @param environment contains {@code spring.application.name}
     * @return the configured name, otherwise {@code spring.application.name}, otherwise {@code application}
     */
    public String applicationName(Environment environment) {
        if (StringUtils.hasText(name)) {
            return name;
        }
        String ofSpring = environment.getProperty("spring.application.name");
        return StringUtils.hasText(ofSpring) ? ofSpring : "application";
    }

    /** {@return the settings of a node, whose address may not come from these properties} */
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
        return Configuration.partOf(node, configured.pool()::toSettings);
    }
}

package io.github.postgresxa.decision;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Durability;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.SearchPath;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * The schema of the decision log on a node. Finds it, and creates it or migrates it to the newest version if the
 * settings allow that.
 *
 * <p>Versions only add. So a release works on every schema of its own version or newer, and an instance of an older
 * release goes on while a newer one migrates the schema.
 */
public final class DecisionSchema {

    /** The newest version, which this release needs: the number of the last script. */
    public static final int VERSION = 6;

    /**
     * A migration locks the table for a moment. A long reader, for example a dump, must not make all others queue
     * behind the migration.
     */
    private static final String LOCK_LIMIT = "2s";

    private final DecisionSettings settings;
    private final IdentitySql sql;
    private final Map<String, Integer> replaced = new ConcurrentHashMap<>();

    /**
     * Creates the access to the schema.
     *
     * @param settings where the schema is, and whether we may create and migrate it
     */
    public DecisionSchema(DecisionSettings settings) {
        this.settings = settings;
        this.sql = new IdentitySql(settings.schema());
    }

    /**
     * Finds the identity of a database, and creates or migrates its schema if that is allowed.
     *
     * @param wire a wire outside a transaction
     * @return the identity of the database, empty if the schema is missing and is not ours to create
     * @throws SQLException if the server does not answer, or the role may not create or migrate the schema; SQLSTATE
     *     3F000 if the schema is older than this release needs and not ours to migrate
     * @throws MisplacedIdentityException if the identity belongs to another database: this one is a copy, or was moved
     */
    public Optional<NodeIdentity> identity(Wire wire) throws SQLException {
        Optional<DatabaseLocation> place = place(wire);
        if (place.isPresent() && !place.get().here()) {
            throw MisplacedIdentityException.found(place.get());
        }
        return place.map(DatabaseLocation::identity);
    }

    /**
     * Finds the identity of a database for a caller that does not use it as a node.
     *
     * @param wire a wire outside a transaction
     * @return the identity, and whether it belongs to the database; empty if the schema is missing and is not ours to
     *     create
     * @throws SQLException as {@link #identity}
     */
    public Optional<DatabaseLocation> place(Wire wire) throws SQLException {
        int version = version(wire);
        int before = version;
        if (version < VERSION) {
            if (settings.initializeSchema()) {
                before = migrate(wire, version);
            } else if (version == 0) {
                return Optional.empty();
            } else {
                throw outdated(version);
            }
        }
        List<List<@Nullable String>> rows = wire.send(sql.identity()).rows();
        Optional<DatabaseLocation> found = rows.stream().findFirst().map(DatabaseLocation::read);
        if (before < VERSION && found.isPresent()) {
            replaced.putIfAbsent(found.get().identity().text(), before);
        }
        return found;
    }

    /**
     * Finds the identity of a database like {@link #place}, when a change of it that is under way has ended, and is
     * safe at the synchronous standby.
     *
     * @param wire a wire outside a transaction
     * @return the identity, and whether it belongs to the database
     * @throws SQLException as {@link #place}, or if the change does not end
     */
    public Optional<DatabaseLocation> placeAfterChanges(Wire wire) throws SQLException {
        Reply reply = wire.send(LogSql.BEGIN + IdentitySql.LOCK + ";\n" + Durability.BARRIER + "commit");
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the wait for a change of the identity");
        }
        return place(wire);
    }

    /**
     * Tells whether this process created or migrated the schema of a database.
     *
     * @param identity the identity of the database
     * @return the version that it had before, 0 if it had no schema; empty if this process changed nothing
     */
    public OptionalInt replacedVersion(String identity) {
        Integer before = replaced.get(identity);
        return before == null ? OptionalInt.empty() : OptionalInt.of(before);
    }

    /** {@return the version of the schema; 0 if there is none} */
    private int version(Wire wire) throws SQLException {
        if (!"t".equals(wire.send(sql.exists()).row().get(0))) {
            return 0;
        }
        List<List<@Nullable String>> rows = wire.send(sql.version()).rows();
        return rows.isEmpty() ? 0 : Integer.parseInt(String.valueOf(rows.get(0).get(0)));
    }

    private SQLException outdated(int version) {
        return new SQLException(
                "%s: run %s there, or set decision.initialize-schema=always"
                        .formatted(versions(version), scripts(version)),
                "3F000");
    }

    private String versions(int version) {
        return "schema '%s' of the decision log has version %d, this release needs version %d"
                .formatted(settings.schema(), version, VERSION);
    }

    private String scripts(int version) {
        return "%s (java -jar postgres-xa-cli.jar schema --schema %s prints all scripts; each can be run again)"
                .formatted(String.join(" and ", SchemaScripts.names(version)), settings.schema());
    }

    /** {@return the DDL for the schema's name: all scripts in order} */
    public String text() {
        return SchemaScripts.all(settings.schema());
    }

    /** {@return the version before the first script that this call ran; at least this release's if it ran none} */
    private int migrate(Wire wire, int seen) throws SQLException {
        int before = migrateOnce(wire, seen);
        int last = before;
        while (last < VERSION) {
            last = migrateOnce(wire, last + 1);
        }
        return before;
    }

    /**
     * Runs the next script under a lock: two applications may start at the same moment, and the second one finds the
     * work done. The version counts that is read under the lock: a newer release may have gone further meanwhile, and a
     * script of this one would take back what it has replaced. Each script is a separate transaction. One for all would
     * lock the node's table and then wait for the decisions', where a fence or a status of a running instance locks
     * them the other way round.
     *
     * @param seen the version that was seen without the lock, for people
     * @return the version before
     */
    private int migrateOnce(Wire wire, int seen) throws SQLException {
        try {
            Reply locked = wire.send("begin isolation level read committed read write;\n" + SearchPath.PIN
                    + "set local synchronous_commit = on;\n"
                    + "set local lock_timeout = '" + LOCK_LIMIT + "';\n"
                    + IdentitySql.LOCK);
            if (locked.error() != null) {
                throw failed(locked, seen);
            }
            int version = version(wire);
            if (version < VERSION) {
                Reply reply = wire.send(SchemaScripts.script(version + 1, settings.schema()) + ";\ncommit");
                if (!reply.endedWith("COMMIT")) {
                    throw failed(reply, version);
                }
            }
            return version;
        } finally {
            if (!wire.isClosed() && wire.state() != TransactionState.IDLE) {
                wire.send("rollback");
            }
        }
    }

    private SQLException failed(Reply reply, int version) {
        if (version == 0) {
            return reply.problem("the creation of schema " + settings.schema());
        }
        SQLException cause = reply.problem("the migration");
        String advice = reply.gone() ? "it is tried again" : "it is tried again; or run %s as the schema's owner";
        return new SQLException(
                "%s, and could not be migrated: %s; %s"
                        .formatted(versions(version), cause.getMessage(), advice.formatted(scripts(version))),
                cause.getSQLState(),
                cause);
    }
}

package io.github.postgresxa.decision;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.SearchPath;
import io.github.postgresxa.node.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;

/** The schema of the decision log on a node: looked for, and created where that is wanted. */
public final class DecisionSchema {

    private static final String DDL = "/io/github/postgresxa/schema/v1.sql";

    private final DecisionSettings settings;
    private final DecisionSql sql;

    /** @param settings where the schema is, and whether we may create it */
    public DecisionSchema(DecisionSettings settings) {
        this.settings = settings;
        this.sql = new DecisionSql(settings.schema(), "");
    }

    /**
     * @param wire a wire outside a transaction
     * @return the identity of the database, empty if the schema is missing and is not ours to create
     * @throws SQLException if the server does not answer, or refuses the role's wish to create the schema
     */
    public Optional<NodeIdentity> identity(Wire wire) throws SQLException {
        if (!exists(wire)) {
            if (!settings.initializeSchema()) {
                return Optional.empty();
            }
            create(wire);
        }
        Reply reply = wire.send(sql.identity()).orThrow();
        return reply.rows().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new NodeIdentity(String.valueOf(reply.rows().get(0).get(0))));
    }

    private boolean exists(Wire wire) throws SQLException {
        return "t".equals(wire.send(sql.exists()).orThrow().rows().get(0).get(0));
    }

    /** {@return the DDL, for the schema's name} */
    public String text() {
        return ddl().replaceAll("\\bpgxa\\b", settings.schema());
    }

    /** Two applications may start at the same moment; the lock lets the second one find the work done. */
    private void create(Wire wire) throws SQLException {
        String ddl = text();
        Reply reply = wire.send("begin isolation level read committed read write;\n" + SearchPath.PIN
                + "set local synchronous_commit = on;\n"
                + "select pg_advisory_xact_lock(hashtext('postgres-xa schema'));\n" + ddl + ";\ncommit");
        if (!reply.endedWith("COMMIT")) {
            if (!reply.gone()) {
                wire.send("rollback").orThrow();
            }
            throw reply.problem("the creation of schema " + settings.schema());
        }
    }

    private static String ddl() {
        try (InputStream in = DecisionSchema.class.getResourceAsStream(DDL)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + DDL);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().replaceFirst(";$", "");
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's " + DDL + " cannot be read", e);
        }
    }
}

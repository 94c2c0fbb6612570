package io.github.postgresxa.decision;

import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;

/**
 * A database holds the identity of another one: it is a copy of that, or was moved. None of our work runs there until
 * an operator says which. A decision that is read or written there would not be the one that the real home keeps.
 */
public final class MisplacedIdentityException extends SQLException {

    private static final String OBJECT_NOT_IN_PREREQUISITE_STATE = "55000";

    private static final String ADVICE =
            ". It is a copy (CREATE DATABASE ... TEMPLATE, dump and restore, replication) or was moved (pg_upgrade)."
                    + " It takes part in no transaction and keeps no decision until an operator says which: java"
                    + " -jar postgres-xa-cli.jar adopt, or the doctor prints the whole command";

    private MisplacedIdentityException(String message) {
        super(message + ADVICE, OBJECT_NOT_IN_PREREQUISITE_STATE);
    }

    static MisplacedIdentityException found(DatabaseLocation place) {
        return new MisplacedIdentityException(place.misplaced());
    }

    static MisplacedIdentityException atHome(NodeIdentity home) {
        return new MisplacedIdentityException(
                "asked for the decisions of home %s, reached a database whose identity belongs to another one"
                        .formatted(home));
    }
}

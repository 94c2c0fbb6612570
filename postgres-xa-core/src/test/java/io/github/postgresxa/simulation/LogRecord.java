package io.github.postgresxa.simulation;

import java.util.List;

/**
 * A record of a server's write-ahead log.
 *
 * @param gid the prepared transaction's name, empty for a plain commit
 */
record LogRecord(Kind kind, long xid, String gid, List<Effect> effects) {

    enum Kind {
        COMMIT,
        PREPARE,
        COMMIT_PREPARED,
        ROLLBACK_PREPARED
    }
}

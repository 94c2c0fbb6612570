package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import java.sql.Connection;
import java.sql.SQLException;

/** One commit after the other. If the second fails, the first remains alone. */
final class LocalCommits extends PlainContender {

    LocalCommits(Setting setting) throws SQLException {
        super(setting);
    }

    @Override
    void commit(Transfer transfer, Connection[] connections) throws SQLException {
        for (Connection connection : connections) {
            connection.commit();
        }
    }
}

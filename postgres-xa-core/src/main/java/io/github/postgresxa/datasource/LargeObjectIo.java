package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.io.IOException;
import java.sql.SQLException;

/** One call of a large object's stream. It reaches the server, so it goes through the branch. */
final class LargeObjectIo {

    /** A call of the driver's stream. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws IOException;
    }

    private LargeObjectIo() {}

    static <T> T guarded(Branch branch, boolean writes, Call<T> call) throws IOException {
        try {
            branch.gate().enter();
        } catch (SQLException e) {
            branch.work().noteFailure(e);
            throw new IOException(e.getMessage(), e);
        }
        try {
            T result = call.run();
            branch.work().noteExecution();
            return result;
        } catch (IOException e) {
            SQLException failure = e.getCause() instanceof SQLException cause
                    ? cause
                    : new SQLException("a large object's stream failed: " + e.getMessage(), "58030", e);
            if (writes) {
                branch.work().noteFailedExecution(failure, false);
            } else {
                branch.work().noteFailure(failure);
            }
            throw e;
        } finally {
            branch.gate().leave();
        }
    }
}

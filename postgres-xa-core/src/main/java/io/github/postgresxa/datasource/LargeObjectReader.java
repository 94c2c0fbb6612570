package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.io.IOException;
import java.io.Reader;

/** Reads a large object as text inside a transaction. */
final class LargeObjectReader extends Reader {

    private final Reader driver;
    private final Branch branch;

    LargeObjectReader(Reader driver, Branch branch) {
        this.driver = driver;
        this.branch = branch;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        return LargeObjectIo.guarded(branch, false, () -> driver.read(buffer, offset, length));
    }

    @Override
    public void close() throws IOException {
        if (!branch.gate().isFenced()) { // Otherwise it ended with the transaction.
            LargeObjectIo.guarded(branch, false, () -> {
                driver.close();
                return true;
            });
        }
    }
}

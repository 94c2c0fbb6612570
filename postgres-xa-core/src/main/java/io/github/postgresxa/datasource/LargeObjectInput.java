package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.io.IOException;
import java.io.InputStream;

/** Reads a large object inside a transaction. */
final class LargeObjectInput extends InputStream {

    private final InputStream driver;
    private final Branch branch;

    LargeObjectInput(InputStream driver, Branch branch) {
        this.driver = driver;
        this.branch = branch;
    }

    @Override
    public int read() throws IOException {
        return LargeObjectIo.guarded(branch, false, driver::read);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return LargeObjectIo.guarded(branch, false, () -> driver.read(buffer, offset, length));
    }

    @Override
    public void close() throws IOException {
        if (!branch.gate().isFenced()) {
            // Otherwise it ended with the transaction.
            LargeObjectIo.guarded(branch, false, () -> {
                driver.close();
                return true;
            });
        }
    }
}

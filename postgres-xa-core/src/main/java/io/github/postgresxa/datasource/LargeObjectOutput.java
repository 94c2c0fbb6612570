package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a large object inside a transaction. */
final class LargeObjectOutput extends OutputStream {

    private final OutputStream driver;
    private final Branch branch;

    LargeObjectOutput(OutputStream driver, Branch branch) {
        this.driver = driver;
        this.branch = branch;
    }

    @Override
    public void write(int value) throws IOException {
        guarded(() -> driver.write(value));
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        guarded(() -> driver.write(buffer, offset, length));
    }

    @Override
    public void flush() throws IOException {
        guarded(driver::flush);
    }

    /** Writes what is left. After the end of the transaction it is refused, because what was not written is missing. */
    @Override
    public void close() throws IOException {
        guarded(driver::close);
    }

    private void guarded(Write write) throws IOException {
        LargeObjectIo.guarded(branch, true, () -> {
            write.run();
            return true;
        });
    }

    private interface Write {
        void run() throws IOException;
    }
}

package io.github.postgresxa.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Streams of large objects, {@link Watched} like everything that reaches the server: each page is a separate call. */
final class WatchedStreams {

    private final PhysicalConnection connection;
    private final long use;

    private WatchedStreams(PhysicalConnection connection, long use) {
        this.connection = connection;
        this.use = use;
    }

    /**
     * Watches a result of a Blob or Clob.
     *
     * @param made what the driver's Blob or Clob has returned
     * @param use the use in which it was returned
     * @return the same, watched if it is a stream
     */
    static Object watch(Object made, PhysicalConnection connection, long use) {
        WatchedStreams watch = new WatchedStreams(connection, use);
        if (made instanceof InputStream stream) {
            return watch.new Input(stream);
        }
        if (made instanceof OutputStream stream) {
            return watch.new Output(stream);
        }
        if (made instanceof Reader reader) {
            return watch.new Characters(reader);
        }
        if (made instanceof Writer) {
            connection.handOut(); // The driver creates no such object.
        }
        return made;
    }

    @FunctionalInterface
    private interface Step<T> {
        @Nullable
        T run() throws IOException;
    }

    private boolean isOver() {
        return use != connection.use();
    }

    private <T> @Nullable T call(Step<T> step) throws IOException {
        try {
            connection.guard().refuseIfDestroyed();
            return connection.<T>inUse(use, () -> run(step));
        } catch (Broken e) {
            throw e.stream();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Converts an IOException, because the guard judges SQLExceptions by their causes: the answer was read to its end,
     * or not.
     */
    private static <T> @Nullable T run(Step<T> step) throws SQLException {
        try {
            return step.run();
        } catch (IOException e) {
            throw new Broken(e);
        }
    }

    private static final class Broken extends SQLException {

        private static final long serialVersionUID = 1L;

        private final IOException stream;

        Broken(IOException stream) {
            super(stream);
            this.stream = stream;
        }

        IOException stream() {
            return stream;
        }
    }

    private static int number(@Nullable Integer read) {
        return read == null ? -1 : read;
    }

    private final class Input extends InputStream {

        private final InputStream driver;

        Input(InputStream driver) {
            this.driver = driver;
        }

        @Override
        public int read() throws IOException {
            return number(call(driver::read));
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return number(call(() -> driver.read(into, offset, length)));
        }

        @Override
        public long skip(long count) throws IOException {
            Long skipped = call(() -> driver.skip(count));
            return skipped == null ? 0 : skipped;
        }

        @Override
        public int available() throws IOException {
            return number(call(driver::available));
        }

        @Override
        public boolean markSupported() {
            return driver.markSupported();
        }

        @Override
        public void mark(int limit) {
            driver.mark(limit); // Reaches no server.
        }

        @Override
        public void reset() throws IOException {
            call(() -> {
                driver.reset();
                return null;
            });
        }

        @Override
        public void close() throws IOException {
            if (!isOver()) {
                // Otherwise it was closed with its use.
                call(() -> {
                    driver.close();
                    return null;
                });
            }
        }
    }

    private final class Output extends OutputStream {

        private final OutputStream driver;

        Output(OutputStream driver) {
            this.driver = driver;
        }

        @Override
        public void write(int value) throws IOException {
            call(() -> {
                driver.write(value);
                return null;
            });
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            call(() -> {
                driver.write(from, offset, length);
                return null;
            });
        }

        @Override
        public void flush() throws IOException {
            call(() -> {
                driver.flush();
                return null;
            });
        }

        /** Is refused as well if its use has ended: what it has not written yet is lost. */
        @Override
        public void close() throws IOException {
            call(() -> {
                driver.close();
                return null;
            });
        }
    }

    private final class Characters extends Reader {

        private final Reader driver;

        Characters(Reader driver) {
            this.driver = driver;
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            return number(call(() -> driver.read(into, offset, length)));
        }

        @Override
        public boolean ready() throws IOException {
            return Boolean.TRUE.equals(call(driver::ready));
        }

        @Override
        public void close() throws IOException {
            if (!isOver()) {
                call(() -> {
                    driver.close();
                    return null;
                });
            }
        }
    }
}

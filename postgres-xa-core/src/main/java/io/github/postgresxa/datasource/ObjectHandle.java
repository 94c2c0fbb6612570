package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Metadata, an array or a large object inside a transaction. Each of its calls may query the server. */
final class ObjectHandle extends Handle {

    private static final Set<String> WRITES =
            Set.of("setBytes", "setString", "setBinaryStream", "setAsciiStream", "setCharacterStream", "truncate");

    private final Object object;

    ObjectHandle(Object object, Branch branch, Connection connection) {
        super(object, branch, connection);
        this.object = object;
    }

    @Override
    @Nullable
    Object handle(Object proxy, Method method, Object[] args) throws Throwable {
        String name = method.getName();
        if (name.equals("getConnection")) {
            return connection(proxy);
        }
        if (name.startsWith("getDriverM")) {
            return call(method, args); // These are numbers of the driver's version, and declared to throw nothing.
        }
        if (name.equals("free") && branch().gate().isFenced()) {
            return null; // It ended with the transaction.
        }
        if (!(object instanceof Blob || object instanceof Clob)) {
            return querying(method, args);
        }
        Object result = WRITES.contains(name) ? executing(method, args, false) : querying(method, args);
        if (result instanceof InputStream in) {
            return new LargeObjectInput(in, branch());
        }
        if (result instanceof OutputStream out) {
            return new LargeObjectOutput(out, branch());
        }
        return result instanceof Reader reader ? new LargeObjectReader(reader, branch()) : result;
    }

    /** {@return the text of an array, which is its value; the driver may need the server to write it} */
    @Override
    String describe() {
        if (!(object instanceof Array)) {
            return super.describe();
        }
        try {
            branch().gate().enter();
        } catch (SQLException e) {
            return "an array in " + branch();
        }
        try {
            return object.toString();
        } finally {
            branch().gate().leave();
        }
    }
}

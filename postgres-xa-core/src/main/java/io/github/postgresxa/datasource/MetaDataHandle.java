package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Metadata of a connection inside a transaction: its questions are part of the branch, and it leads back to the handle. */
final class MetaDataHandle extends Handle {

    private final Connection connection;

    MetaDataHandle(@Nullable Object target, Branch branch, Connection connection) {
        super((DatabaseMetaData) Objects.requireNonNull(target), branch);
        this.connection = connection;
    }

    @Override
    @Nullable
    Object handle(Object proxy, Method method, Object[] args) throws Throwable {
        return method.getName().equals("getConnection") ? connection : onServer(method, args);
    }
}

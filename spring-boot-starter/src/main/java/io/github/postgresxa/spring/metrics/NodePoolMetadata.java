package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.PostgresXa.PoolStatus;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;

/** Adapts a node's pool to Spring Boot's pool metadata, for {@code jdbc.connections.*}. */
public final class NodePoolMetadata implements DataSourcePoolMetadata {

    private final Supplier<PoolStatus> pool;

    NodePoolMetadata(Supplier<PoolStatus> pool) {
        this.pool = pool;
    }

    /**
     * Creates a provider for the DataSources of the nodes, also behind a proxy.
     *
     * @param xa the core
     * @return a provider that returns null for every other DataSource
     */
    public static DataSourcePoolMetadataProvider provider(PostgresXa xa) {
        return dataSource -> xa.nodeNames().stream()
                .filter(node -> isOrWraps(dataSource, xa.dataSource(node)))
                .findFirst()
                .map(node -> new NodePoolMetadata(() -> xa.pool(node)))
                .orElse(null);
    }

    private static boolean isOrWraps(DataSource candidate, DataSource ofNode) {
        return candidate == ofNode || DataSourceUnwrapper.unwrap(candidate, ofNode.getClass()) == ofNode;
    }

    @Override
    public Float getUsage() {
        PoolStatus status = pool.get();
        return (float) status.active() / status.settings().maxSize();
    }

    @Override
    public Integer getActive() {
        return pool.get().active();
    }

    @Override
    public Integer getIdle() {
        PoolStatus status = pool.get();
        return Math.max(0, status.open() - status.active());
    }

    @Override
    public Integer getMax() {
        return pool.get().settings().maxSize();
    }

    @Override
    public Integer getMin() {
        return pool.get().settings().minSize();
    }

    @Override
    public @Nullable String getValidationQuery() {
        return null;
    }

    @Override
    public @Nullable Boolean getDefaultAutoCommit() {
        return null;
    }
}

package io.github.postgresxa.benchmarks.contender;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One pool of plain connections per node, not in auto-commit mode, as in an application without a transaction
 * manager.
 */
final class PlainPools implements AutoCloseable {

    private final List<AgroalDataSource> pools = new ArrayList<>();

    PlainPools(Setting setting) throws SQLException {
        for (Setting.Address node : setting.nodes()) {
            pools.add(AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .metricsEnabled(true)
                    .connectionPoolConfiguration(pool -> pool.maxSize(setting.most())
                            .minSize(setting.clients())
                            .initialSize(setting.clients())
                            .acquisitionTimeout(Duration.ofSeconds(30))
                            .connectionFactoryConfiguration(
                                    factory -> factory.connectionProviderClass(PGSimpleDataSource.class)
                                            .autoCommit(false)
                                            .jdbcUrl(node.url())
                                            .principal(new NamePrincipal(Setting.Address.USER))
                                            .credential(new SimplePassword(Setting.Address.USER))))));
        }
        Pools.awaitFilled(pools, setting.clients());
    }

    Connection connection(int node) throws SQLException {
        return pools.get(node).getConnection();
    }

    List<DataSource> dataSources() {
        return List.copyOf(pools);
    }

    @Override
    public void close() {
        pools.forEach(AgroalDataSource::close);
    }
}

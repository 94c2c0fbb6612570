package io.github.postgresxa.benchmarks.contender;

import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import jakarta.transaction.SystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.xa.PGXADataSource;

/**
 * Atomikos with its own pool over the driver's XADataSource, as its documentation shows it. Defaults, except for the
 * directory of its log, the sizes of pools, and the limit of 50 transactions at once. No test query, which would be
 * one more round trip for every borrowed connection.
 */
final class AtomikosStack implements Stack {

    private final UserTransactionManager manager = new UserTransactionManager();

    AtomikosStack(Path directory) throws SystemException {
        System.setProperty("com.atomikos.icatch.tm_unique_name", "benchmark");
        System.setProperty("com.atomikos.icatch.log_base_dir", directory.toString());
        System.setProperty("com.atomikos.icatch.max_actives", "1000");
        manager.init();
    }

    @Override
    public Contender open(Setting setting) throws SQLException {
        List<AtomikosDataSourceBean> pools = new ArrayList<>();
        for (Setting.Address node : setting.nodes()) {
            pools.add(pool(node, setting));
        }
        return new JtaContender(manager, pools, () -> pools.forEach(AtomikosDataSourceBean::close));
    }

    private static AtomikosDataSourceBean pool(Setting.Address node, Setting setting) throws SQLException {
        PGXADataSource driver = new PGXADataSource();
        driver.setUrl(node.url());
        driver.setUser(Setting.Address.USER);
        driver.setPassword(Setting.Address.USER);
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(node.name());
        pool.setXaDataSource(driver);
        pool.setMaxPoolSize(setting.most());
        pool.setMinPoolSize(setting.clients());
        pool.init();
        return pool;
    }
}

package io.github.postgresxa.spring.application;

import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.postgresql.xa.PGXADataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An application with a transaction manager of its own, as there are many: stock Atomikos over two of the driver's
 * {@code PGXADataSource}. Its DataSources have the names that those of nodes would have.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class OwnManagerApplication {

    /** Atomikos reads these when its first class is used. */
    public static void configureAtomikos(Path logs) {
        System.setProperty("com.atomikos.icatch.registered", "true");
        System.setProperty("com.atomikos.icatch.log_base_dir", logs.toString());
        System.setProperty("com.atomikos.icatch.tm_unique_name", "own-manager");
    }

    @Bean(initMethod = "init", destroyMethod = "close")
    UserTransactionManager ownManager() {
        UserTransactionManager manager = new UserTransactionManager();
        manager.setForceShutdown(true);
        return manager;
    }

    @Bean
    JtaTransactionManager transactionManager(UserTransactionManager manager) {
        return new JtaTransactionManager(manager, manager);
    }

    @Bean(initMethod = "init", destroyMethod = "close")
    AtomikosDataSourceBean eastDataSource(Environment environment) {
        return pool("east", environment, false);
    }

    @Bean(initMethod = "init", destroyMethod = "close")
    AtomikosDataSourceBean westDataSource(Environment environment) {
        return pool("west", environment, false);
    }

    /** Atomikos and the driver leave what goes through it prepared for ever. */
    @Bean(initMethod = "init", destroyMethod = "close")
    AtomikosDataSourceBean westForReaders(Environment environment) {
        return pool("west", environment, true);
    }

    private static AtomikosDataSourceBean pool(String node, Environment environment, boolean readOnly) {
        PGXADataSource driver = new PGXADataSource();
        driver.setUrl(environment.getRequiredProperty("postgres.xa.nodes." + node + ".url"));
        driver.setUser(environment.getRequiredProperty("postgres.xa.nodes." + node + ".username"));
        driver.setPassword(environment.getRequiredProperty("postgres.xa.nodes." + node + ".password"));
        driver.setReadOnly(readOnly);
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(node + (readOnly ? "-for-readers" : ""));
        pool.setXaDataSource(driver);
        pool.setPoolSize(2);
        return pool;
    }

    @Bean
    Transfers transfers(
            JtaTransactionManager manager,
            @Qualifier("eastDataSource") DataSource east,
            @Qualifier("westDataSource") DataSource west,
            @Qualifier("westForReaders") DataSource reader) {
        return new Transfers(new TransactionTemplate(manager), east, west, reader);
    }

    /** Work of this application. */
    public record Transfers(TransactionTemplate transaction, DataSource east, DataSource west, DataSource reader) {

        public void transfer(int amount) {
            transaction.executeWithoutResult(status -> {
                new JdbcTemplate(east).update("update account set balance = balance - " + amount);
                new JdbcTemplate(west).update("update account set balance = balance + " + amount);
            });
        }

        /** Leaves a branch in doubt. */
        public void writeInTheEastAndReadInTheWest() {
            transaction.executeWithoutResult(status -> {
                new JdbcTemplate(east).update("update account set balance = balance + 1");
                new JdbcTemplate(reader).queryForList("select balance from account");
            });
        }
    }
}

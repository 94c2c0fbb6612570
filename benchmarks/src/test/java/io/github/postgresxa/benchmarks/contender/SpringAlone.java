package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring without a manager of global transactions: one {@code DataSourceTransactionManager} per node, one inside the
 * other, and {@code JdbcClient}. It is not atomic, and shows what Spring itself costs.
 */
final class SpringAlone implements Contender {

    private final PlainPools pools;
    private final GenericApplicationContext context;
    private final Mover mover;

    SpringAlone(Setting setting) throws SQLException {
        this.pools = new PlainPools(setting);
        this.context = new AnnotationConfigApplicationContext();
        List<DataSource> dataSources = pools.dataSources();
        context.registerBean(Application.class);
        context.registerBean(
                "first",
                DataSourceTransactionManager.class,
                () -> new DataSourceTransactionManager(dataSources.get(0)));
        context.registerBean(Mover.class, () -> new Mover(dataSources));
        context.refresh();
        this.mover = context.getBean(Mover.class);
    }

    @Override
    public long run(Transfer transfer) {
        return mover.move(transfer);
    }

    @Override
    public void close() {
        context.close();
        pools.close();
    }

    /** The application. */
    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Application {}

    /** Its service. */
    static class Mover {

        private final List<JdbcClient> nodes = new ArrayList<>();
        private final List<TransactionTemplate> transactions = new ArrayList<>();

        Mover(List<DataSource> dataSources) {
            for (DataSource dataSource : dataSources) {
                nodes.add(JdbcClient.create(dataSource));
                transactions.add(new TransactionTemplate(new DataSourceTransactionManager(dataSource)));
            }
        }

        /** {@return when the work was done} */
        @Transactional
        public long move(Transfer transfer) {
            return work(transfer, 0);
        }

        private long work(Transfer transfer, int node) {
            JdbcClientWork.run(nodes.get(node), transfer, node);
            int next = node + 1;
            if (next == transfer.nodes()) {
                return System.nanoTime();
            }
            return transactions.get(next).<Long>execute(status -> work(transfer, next));
        }
    }
}

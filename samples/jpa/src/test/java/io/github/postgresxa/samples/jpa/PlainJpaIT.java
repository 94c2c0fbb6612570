package io.github.postgresxa.samples.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.ConflictException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.samples.jpa.east.EastAccount;
import io.github.postgresxa.samples.jpa.west.WestAccount;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnitTransactionType;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import org.hibernate.engine.transaction.jta.platform.internal.AbstractJtaPlatform;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/jpa.md says of Hibernate without Spring. */
@PostgresNodes({"east", "west"})
class PlainJpaIT {

    private final PostgresNode east;
    private final PostgresNode west;
    private PostgresXa xa;
    private EntityManagerFactory eastFactory;
    private EntityManagerFactory westFactory;

    PlainJpaIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void open() {
        JpaIT.accounts(east, west);
        xa = PostgresXa.builder()
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .build();
        eastFactory = factory("east", EastAccount.class);
        westFactory = factory("west", WestAccount.class);
    }

    @AfterEach
    void close() {
        eastFactory.close();
        westFactory.close();
        xa.close();
    }

    private EntityManagerFactory factory(String node, Class<?> entity) {
        return new HibernatePersistenceConfiguration(node)
                .managedClass(entity)
                .transactionType(PersistenceUnitTransactionType.JTA)
                .property("jakarta.persistence.jtaDataSource", xa.dataSource(node))
                .property("hibernate.transaction.jta.platform", new NodesPlatform(xa))
                .createEntityManagerFactory();
    }

    /** Tells Hibernate the transaction manager. */
    private static final class NodesPlatform extends AbstractJtaPlatform {

        private static final long serialVersionUID = 1L;

        private final transient PostgresXa xa;

        NodesPlatform(PostgresXa xa) {
            this.xa = xa;
        }

        @Override
        protected TransactionManager locateTransactionManager() {
            return xa.transactionManager();
        }

        @Override
        protected UserTransaction locateUserTransaction() {
            return xa.userTransaction();
        }
    }

    /** The flush is part of the commit. The sessions are closed after it. */
    private void transfer(Runnable somethingElse) throws Exception {
        try (EntityManager eastManager = eastFactory.createEntityManager();
                EntityManager westManager = westFactory.createEntityManager()) {
            xa.inTransaction(() -> {
                eastManager.joinTransaction();
                westManager.joinTransaction();
                eastManager.find(EastAccount.class, 1).add(-25);
                westManager.find(WestAccount.class, 7).add(25);
                somethingElse.run();
            });
        }
    }

    @Test
    void entitiesOfBothNodesAreWrittenInOneTransaction() throws Exception {
        transfer(() -> {});
        assertThat(JpaIT.balance(east, 1)).isEqualTo(975);
        assertThat(JpaIT.balance(west, 7)).isEqualTo(1025);
    }

    @Test
    void aFlushThatFailsAtTheCommitRollsBackBothNodes() {
        west.execute("alter table account add check (balance < 1010)");
        assertThatThrownBy(() -> transfer(() -> {}))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("account_balance_check");
        nothingMoved();
    }

    @Test
    void anOptimisticLockIsAConflict() {
        assertThatThrownBy(() -> transfer(() -> west.execute("update account set version = version + 1 where id = 7")))
                .isInstanceOf(ConflictException.class);
        nothingMoved();
    }

    /** It commits on its own. That is refused, and what was refused does not commit, also where that is swallowed. */
    @Test
    void aFactoryWithoutJtaDoesNotCommitHalf() {
        try (EntityManagerFactory local = new HibernatePersistenceConfiguration("local")
                        .managedClass(EastAccount.class)
                        .property("jakarta.persistence.nonJtaDataSource", xa.dataSource("east"))
                        .createEntityManagerFactory();
                EntityManager localManager = local.createEntityManager();
                EntityManager westManager = westFactory.createEntityManager()) {
            assertThatThrownBy(() -> xa.inTransaction(() -> {
                        westManager.joinTransaction();
                        westManager.find(WestAccount.class, 7).add(25);
                        localManager.getTransaction().begin();
                        localManager.find(EastAccount.class, 1).add(-25);
                        assertThatThrownBy(localManager.getTransaction()::commit)
                                .hasStackTraceContaining("commit() is not allowed while a JTA transaction is active");
                    }))
                    .isInstanceOf(RolledBackException.class);
        }
        nothingMoved();
    }

    private void nothingMoved() {
        assertThat(JpaIT.balance(east, 1)).isEqualTo(1000);
        assertThat(JpaIT.balance(west, 7)).isEqualTo(1000);
    }
}

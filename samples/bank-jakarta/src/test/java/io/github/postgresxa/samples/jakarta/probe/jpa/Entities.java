package io.github.postgresxa.samples.jakarta.probe.jpa;

import io.github.postgresxa.cdi.Node;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import jakarta.transaction.Transactional;
import java.util.Map;
import javax.sql.DataSource;

/** Factories that the application creates over the injected nodes. */
@ApplicationScoped
public class Entities {

    @Inject
    @Node("east")
    DataSource east;

    @Inject
    @Node("west")
    DataSource west;

    private EntityManagerFactory atEast;
    private EntityManagerFactory atWest;

    @PostConstruct
    void create() {
        atEast = factory("own-east", east);
        atWest = factory("own-west", west);
    }

    private static EntityManagerFactory factory(String unit, DataSource node) {
        return Persistence.createEntityManagerFactory(unit, Map.of("jakarta.persistence.jtaDataSource", node));
    }

    @Transactional
    public void transfer(int id, long amount, boolean refuse) {
        add(atEast, id, -amount);
        add(atWest, id, amount);
        if (refuse) {
            throw new IllegalStateException("refused");
        }
    }

    /** Closes it early: what has changed is written all the same, when the transaction commits. */
    private static void add(EntityManagerFactory factory, int id, long amount) {
        EntityManager entities = factory.createEntityManager();
        try {
            entities.joinTransaction();
            entities.find(StoredAccount.class, id).add(amount);
        } finally {
            entities.close();
        }
    }

    @PreDestroy
    void close() {
        atEast.close();
        atWest.close();
    }
}

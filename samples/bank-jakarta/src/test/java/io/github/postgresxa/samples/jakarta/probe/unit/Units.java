package io.github.postgresxa.samples.jakarta.probe.unit;

import io.github.postgresxa.samples.jakarta.probe.jpa.StoredAccount;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;

/** Entity managers of the server. */
@ApplicationScoped
public class Units {

    @PersistenceContext(unitName = "east")
    EntityManager east;

    @PersistenceContext(unitName = "west")
    EntityManager west;

    @Transactional
    public void transfer(int id, long amount, boolean refuse) {
        east.find(StoredAccount.class, id).add(-amount);
        west.find(StoredAccount.class, id).add(amount);
        if (refuse) {
            throw new IllegalStateException("refused");
        }
    }
}

package io.github.postgresxa.samples.jpa.east;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** An account on node east. */
@Entity
@Table(name = "account")
public class EastAccount {

    @Id
    private int id;

    @Version
    private long version;

    private long balance;

    /** For the persistence provider. */
    protected EastAccount() {}

    /** Adds an amount, which may be negative. */
    public void add(long amount) {
        balance += amount;
    }
}

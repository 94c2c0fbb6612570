package io.github.postgresxa.samples.jpa.west;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** An account on node west. */
@Entity
@Table(name = "account")
public class WestAccount {

    @Id
    private int id;

    @Version
    private long version;

    private long balance;

    /** For the persistence provider. */
    protected WestAccount() {}

    /** Adds an amount, which may be negative. */
    public void add(long amount) {
        balance += amount;
    }
}

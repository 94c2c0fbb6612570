package io.github.postgresxa.samples.jakarta.probe.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** An account as an entity. */
@Entity
@Table(name = "account")
public class StoredAccount {

    @Id
    private int id;

    private long balance;

    public int getId() {
        return id;
    }

    public void add(long amount) {
        balance += amount;
    }
}

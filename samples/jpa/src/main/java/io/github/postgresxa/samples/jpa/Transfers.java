package io.github.postgresxa.samples.jpa;

import io.github.postgresxa.samples.jpa.east.EastAccounts;
import io.github.postgresxa.samples.jpa.west.WestAccounts;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Moves money between two nodes by changing two entities. */
@Service
class Transfers {

    private final EastAccounts east;
    private final WestAccounts west;

    Transfers(EastAccounts east, WestAccounts west) {
        this.east = east;
        this.west = west;
    }

    @Transactional
    void transfer(long amount) {
        east.findById(1).orElseThrow().add(-amount);
        west.findById(7).orElseThrow().add(amount);
    }

    @Transactional
    void transferAfter(long amount, Runnable somethingElse) {
        transfer(amount);
        somethingElse.run();
    }
}

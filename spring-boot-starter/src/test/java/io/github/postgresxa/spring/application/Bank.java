package io.github.postgresxa.spring.application;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/** Moves money between two nodes. It is what a user of the starter writes, and nothing more. */
public class Bank {

    private final JdbcClient east;
    private final JdbcClient west;
    private final ApplicationEventPublisher events;

    Bank(JdbcClient eastJdbcClient, JdbcClient westJdbcClient, ApplicationEventPublisher events) {
        this.east = eastJdbcClient;
        this.west = westJdbcClient;
        this.events = events;
    }

    /** An event about an amount. */
    public record Moved(int amount) {}

    @Transactional
    public void transfer(int amount) {
        east.sql("update account set balance = balance - ?").param(amount).update();
        west.sql("update account set balance = balance + ?").param(amount).update();
        events.publishEvent(new Moved(amount));
    }

    @Transactional
    public void transferAndFail(int amount) {
        transfer(amount);
        throw new IllegalStateException("changed my mind");
    }

    /** Makes the mistake that must not lead to half a transfer. */
    @Transactional
    public void transferAndSwallowAnError(int amount) {
        transfer(amount);
        try {
            west.sql("insert into account (id, balance) values (1, 0)").update();
        } catch (RuntimeException swallowed) {
            // as applications do
        }
    }

    @Transactional
    public void depositInEast(int amount) {
        east.sql("update account set balance = balance + ?").param(amount).update();
    }
}

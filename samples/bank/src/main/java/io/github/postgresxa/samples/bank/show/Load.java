package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.samples.bank.money.AccountId;
import io.github.postgresxa.samples.bank.money.Transfer;
import io.github.postgresxa.samples.bank.money.Transfers;
import io.github.postgresxa.samples.bank.show.EventFeed.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Small transfers between random accounts, as many as a spectator can follow. Accounts 9 and 10 are reserved for the
 * faults.
 */
@Component
@OnlyEmbedded
final class Load {

    private static final Logger LOG = LoggerFactory.getLogger(Load.class);
    private static final int CLIENTS = 3;
    private static final int ACCOUNTS = 8;
    private static final int PAUSE_MILLIS = 450;

    private final Transfers transfers;
    private final EventFeed news;
    private List<Thread> clients = List.of();

    Load(Transfers transfers, EventFeed news) {
        this.transfers = transfers;
        this.news = news;
    }

    synchronized void start() {
        if (clients.isEmpty()) {
            news.tell(Tone.PLAIN, "Customers begin to transfer money between east and west.");
            var started = new ArrayList<Thread>();
            for (int client = 1; client <= CLIENTS; client++) {
                var thread = new Thread(this::sendUntilTheEnd, "bank-customer-" + client);
                thread.setDaemon(true);
                thread.start();
                started.add(thread);
            }
            clients = started;
        }
    }

    /** Stops the load without interrupting a transfer: one that is in progress ends normally. */
    synchronized void stop() {
        if (!clients.isEmpty()) {
            clients = List.of();
            news.tell(Tone.PLAIN, "The customers stop.");
        }
    }

    synchronized boolean isRunning() {
        return !clients.isEmpty();
    }

    private synchronized boolean isOne(Thread thread) {
        return clients.contains(thread);
    }

    private void sendUntilTheEnd() {
        try {
            while (isOne(Thread.currentThread())) {
                send();
                Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS));
            }
        } catch (InterruptedException stopped) {
            LOG.trace("No transfers any more", stopped);
        }
    }

    private void send() {
        var random = ThreadLocalRandom.current();
        var east = new AccountId("east", 1 + random.nextInt(ACCOUNTS));
        var west = new AccountId("west", 1 + random.nextInt(ACCOUNTS));
        boolean there = random.nextBoolean();
        try {
            transfers.submit(
                    new Transfer(UUID.randomUUID(), there ? east : west, there ? west : east, 1 + random.nextInt(9)));
        } catch (RuntimeException e) {
            LOG.debug("A transfer was not carried out", e);
        }
    }
}

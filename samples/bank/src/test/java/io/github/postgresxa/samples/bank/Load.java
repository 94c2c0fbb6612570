package io.github.postgresxa.samples.bank;

import io.github.postgresxa.samples.bank.BankClient.Order;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that send one transfer after the other, each once, and remember the replies. */
final class Load implements AutoCloseable {

    private static final int CLIENTS = 8;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, Order> unanswered = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private volatile BankClient bank;
    private volatile boolean ended;

    Load(BankClient bank) {
        this.bank = bank;
        for (int client = 0; client < CLIENTS; client++) {
            clients.execute(this::sendUntilTheEnd);
        }
    }

    /** The bank is back under another address. */
    void goOnWith(BankClient other) {
        bank = other;
    }

    /** Ids of transfers that the bank has confirmed. */
    Set<String> acknowledged() {
        return acknowledged;
    }

    /** Transfers whose outcome the client does not know. */
    Map<String, Order> unanswered() {
        return unanswered;
    }

    /** How many times each HTTP status was returned. */
    Map<Integer, AtomicInteger> statuses() {
        return statuses;
    }

    private void sendUntilTheEnd() {
        var random = new Random();
        while (!ended) {
            var order = order(random);
            unanswered.put(order.id(), order);
            try {
                note(order, bank.transfer(order).status());
            } catch (ConnectException notSent) {
                unanswered.remove(order.id());
                Wait.aMoment();
            } catch (IOException cutOff) {
                Wait.aMoment();
            }
        }
    }

    private void note(Order order, int status) {
        statuses.computeIfAbsent(status, s -> new AtomicInteger()).incrementAndGet();
        if (status == 201) {
            acknowledged.add(order.id());
        }
        if (status < 500) {
            unanswered.remove(order.id());
        }
    }

    /** Nearly all touch both banks. Accounts 9 and 10 are not used. */
    private static Order order(Random random) {
        int from = random.nextInt(16);
        int to = (from + (random.nextInt(8) > 0 ? 8 : 1 + random.nextInt(15))) % 16;
        return new Order(UUID.randomUUID().toString(), account(from), account(to), 1 + random.nextInt(5));
    }

    private static String account(int n) {
        return (n < 8 ? "east/" : "west/") + (n % 8 + 1);
    }

    @Override
    public void close() {
        ended = true;
        clients.shutdown();
        try {
            if (!clients.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("a client waits for an answer for ever");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

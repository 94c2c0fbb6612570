package io.github.postgresxa.samples.jakarta;

import io.github.postgresxa.samples.jakarta.Client.Order;
import io.github.postgresxa.samples.jakarta.server.Wait;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that transfer money until they are stopped, each order once. Where there is a broker, half is announced. */
final class Load implements AutoCloseable {

    private static final int CLIENTS = 8;

    private final Deployment bank;
    private final Announcing announcing;
    private final Random seeds;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<UUID> announced = ConcurrentHashMap.newKeySet();
    private final Map<UUID, Order> unanswered = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    /**
     * Starts the clients.
     *
     * @param announcing null without a broker
     */
    Load(Deployment bank, Announcing announcing, long seed) {
        this.bank = bank;
        this.announcing = announcing;
        this.seeds = new Random(seed);
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seeds.nextLong());
            clients.submit(() -> sendUntilTheEnd(random));
        }
    }

    /** Transfers whose clients were told that the money has moved. */
    Set<UUID> acknowledged() {
        return acknowledged;
    }

    /** All transfers that were to be announced. */
    Set<UUID> announced() {
        return announced;
    }

    /** Orders whose clients do not know what became of them. */
    Map<UUID, Order> unanswered() {
        return unanswered;
    }

    Map<String, AtomicInteger> answers() {
        return answers;
    }

    private void sendUntilTheEnd(Random random) {
        try {
            while (!ended) {
                send(order(random), announcing != null && random.nextBoolean());
            }
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private void send(Order order, boolean announce) {
        unanswered.put(order.id(), order);
        if (announce) {
            announced.add(order.id());
        }
        try {
            String answer = announce
                    ? announcing
                            .transfer(order.id(), order.from(), order.to(), order.amount(), false)
                            .end()
                    : Integer.toString(bank.client().transfer(order));
            answers.computeIfAbsent(answer, a -> new AtomicInteger()).incrementAndGet();
            if (answer.equals("201") || answer.equals("done")) {
                acknowledged.add(order.id());
                unanswered.remove(order.id());
            }
        } catch (IOException | AssertionError cutOff) {
            Wait.aMoment();
        }
    }

    /** Nearly all touch both banks. */
    private static Order order(Random random) {
        int from = random.nextInt(16);
        int to = (from + (random.nextInt(8) > 0 ? 8 : 1 + random.nextInt(15))) % 16;
        return new Order(new UUID(random.nextLong(), random.nextLong()), account(from), account(to), 1);
    }

    private static String account(int n) {
        return (n < 8 ? "east/" : "west/") + (n % 8 + 1);
    }

    @Override
    public void close() {
        ended = true;
        clients.shutdown();
        try {
            if (!clients.awaitTermination(90, TimeUnit.SECONDS)) {
                throw new AssertionError("a client waits for an answer for ever");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a client has failed", failures.peek());
        }
    }
}

package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.samples.bank.embedded.EmbeddedNodes;
import io.github.postgresxa.samples.bank.show.Reading.Prepared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Counts the money in the databases themselves. Where the bank runs its own nodes, it bypasses the bank and its
 * network.
 *
 * <p>Two nodes are never read at the same moment, so a transfer can be visible on one side only. Then the books are
 * read again. If the difference remains, the amounts that are visible on one side only must explain it to the last
 * unit.
 */
@Component
final class Auditor implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);
    private static final int ATTEMPTS = 6;
    private static final long OPENING_BALANCE = 1_000;

    private static final double A_MOMENT_SECONDS = 0.5;

    /** A prepared branch may be finished between two reads, so a difference must remain for this long. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final List<Ledger> ledgers;
    private final Map<String, Reading> last = new LinkedHashMap<>();
    private @Nullable Long unexplainedSince;
    private volatile Audit audit = Audit.NONE;
    private volatile List<Prepared> prepared = List.of();

    Auditor(PostgresXa xa, ObjectProvider<EmbeddedNodes> embedded) {
        var own = embedded.getIfAvailable();
        this.ledgers = own == null
                ? xa.nodeNames().stream()
                        .map(node -> new Ledger(node, xa.dataSource(node)::getConnection))
                        .toList()
                : own.proxies().stream()
                        .map(way -> new Ledger(way.node().name(), way.node()::connect))
                        .toList();
    }

    /** {@return the last count} */
    Audit audit() {
        return audit;
    }

    /**
     * {@return what was prepared at the last count, and had been for a moment: a healthy transaction has ended
     * before}
     */
    List<Prepared> prepared() {
        return prepared.stream()
                .filter(branch -> branch.seconds() > A_MOMENT_SECONDS)
                .toList();
    }

    /** Counts the money, which may take a moment. */
    synchronized void count() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var missing = readAll();
            if (missing != null) {
                unexplainedSince = null;
                audit = result(0, Audit.UNREADABLE, missing);
                return;
            }
            if (money() == expected()) {
                unexplainedSince = null;
                audit = result(0, Audit.CONSTANT, null);
                return;
            }
        }
        audit = explain();
    }

    /** {@return the first node that did not answer, or null} */
    private @Nullable String readAll() {
        var asked = new LinkedHashMap<String, CompletableFuture<Reading>>();
        ledgers.forEach(ledger -> asked.put(ledger.node(), ledger.read()));
        String missing = null;
        var found = new ArrayList<Prepared>();
        for (var answer : asked.entrySet()) {
            try {
                var reading = answer.getValue().join();
                last.put(answer.getKey(), reading);
                found.addAll(reading.prepared());
            } catch (CompletionException e) {
                LOG.debug("{} cannot be read", answer.getKey(), e);
                missing = missing == null ? answer.getKey() : missing;
                prepared.stream()
                        .filter(branch -> branch.node().equals(answer.getKey()))
                        .forEach(found::add); // It survives whatever has happened there.
            }
        }
        prepared = List.copyOf(found);
        return missing;
    }

    private long money() {
        return last.values().stream().mapToLong(Reading::money).sum();
    }

    private long expected() {
        return last.values().stream().mapToLong(Reading::accounts).sum() * OPENING_BALANCE;
    }

    /** The legs of a transfer add up to zero. One can be alone only while something is prepared. */
    private Audit explain() {
        try {
            var all = new HashMap<String, Long>();
            var asked = ledgers.stream().map(Ledger::books).toList();
            asked.forEach(books -> books.join().forEach((transfer, amount) -> all.merge(transfer, amount, Long::sum)));
            long money = all.getOrDefault("", 0L);
            all.remove("");
            long onTheWay = -all.values().stream().mapToLong(Long::longValue).sum();
            if (money + onTheWay == expected() && !prepared.isEmpty()) {
                unexplainedSince = null;
                return result(expected() - money(), Audit.CONSTANT, null);
            }
            long now = System.nanoTime();
            unexplainedSince = unexplainedSince == null ? Long.valueOf(now) : unexplainedSince;
            return now - unexplainedSince < PATIENCE.toNanos() ? audit : result(0, Audit.WRONG, null);
        } catch (CompletionException e) {
            LOG.debug("The ledgers cannot be read", e);
            return result(0, Audit.UNREADABLE, null);
        }
    }

    private Audit result(long onTheWay, String verdict, @Nullable String missing) {
        var money = new LinkedHashMap<String, Long>();
        last.forEach((node, reading) -> money.put(node, reading.money()));
        return new Audit(Map.copyOf(money), money() + onTheWay, onTheWay, expected(), verdict, missing);
    }

    @Override
    public void destroy() {
        ledgers.forEach(Ledger::close);
    }
}

package io.github.postgresxa.reliability.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What all clients of all applications requested and the replies that they got. It is kept in the test and outlives
 * every application.
 */
public final class ClientLog {

    private final Map<UUID, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> reasons = new ConcurrentHashMap<>();
    private final Map<Long, AtomicLong> audits = new ConcurrentHashMap<>();
    private final Map<String, String> owners = new ConcurrentHashMap<>();

    /** What a ledger may show of a transfer. */
    public enum Claim {
        ALL_LEGS,
        NO_LEG,
        ALL_OR_NONE
    }

    /** One transfer with all attempts at it. */
    public static final class Entry {

        private final Transfer transfer;
        private final Map<Integer, String> answers = new TreeMap<>();
        private final Map<Integer, String> names = new TreeMap<>();
        private final List<String> history = new ArrayList<>();
        private volatile long touched = System.nanoTime();

        Entry(Transfer transfer) {
            this.transfer = transfer;
        }

        /** {@return the transfer} */
        public Transfer transfer() {
            return transfer;
        }

        private synchronized void add(String instance, String word, int attempt, String rest) {
            if (word.equals("named")) {
                names.put(attempt, rest);
            } else {
                answers.put(attempt, word);
            }
            touched = System.nanoTime();
            history.add(instance + " " + word + " " + attempt + " " + rest);
        }

        /** {@return what follows from the replies} */
        public synchronized Claim claim() {
            if (answers.containsValue("ok")) {
                return Claim.ALL_LEGS;
            }
            return answers.values().stream().allMatch("fail"::equals) ? Claim.NO_LEG : Claim.ALL_OR_NONE;
        }

        /** {@return the named attempts of unknown outcome, by that name} */
        public synchronized Map<Integer, String> unknownNames() {
            Map<Integer, String> unknown = new LinkedHashMap<>(names);
            unknown.keySet().removeIf(a -> "ok".equals(answers.get(a)) || "fail".equals(answers.get(a)));
            return unknown;
        }

        /**
         * {@return whether its decision cannot have been deleted yet: a reply may arrive up to 40 s after the
         * decision}
         */
        boolean recent() {
            return System.nanoTime() - touched
                    < PostgresXaStack.RETENTION.dividedBy(3).toNanos();
        }

        @Override
        public synchronized String toString() {
            return transfer.id() + " " + transfer.legsText() + " " + history;
        }
    }

    void note(String instance, String line) {
        String[] word = line.split(" ", 4);
        switch (word[0]) {
            case "invoke", "named", "ok", "fail", "info" -> transfer(instance, word);
            case "auditing" -> owners.put(word[1], instance);
            case "audit" ->
                audits.computeIfAbsent(Long.valueOf(word[1]), k -> new AtomicLong())
                        .incrementAndGet();
            case "recovered" -> increment(instance, "recovered " + word[1]);
            default -> {
                increment(instance, word[0]);
                reason(line);
            }
        }
    }

    private void transfer(String instance, String[] word) {
        UUID id = UUID.fromString(word[1]);
        int attempt = Integer.parseInt(word[2]);
        String rest = word.length > 3 ? word[3] : "";
        if (word[0].equals("invoke")) {
            entries.computeIfAbsent(id, i -> new Entry(Transfer.parse(word[1], rest)));
        }
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new AssertionError("a reply without a request: " + String.join(" ", word));
        }
        entry.add(instance, word[0], attempt, rest);
        if (word[0].equals("named")) {
            owners.put(rest, instance);
        }
        increment(instance, word[0]);
        if (word[0].equals("fail") || word[0].equals("info")) {
            reason(word[0] + " " + rest);
        }
    }

    private void increment(String instance, String what) {
        increment(what);
        increment(instance + ' ' + what);
    }

    private void increment(String what) {
        counts.computeIfAbsent(what, k -> new AtomicLong()).incrementAndGet();
    }

    /** Replaces numbers and identifiers, so that equal causes are counted as one. */
    private void reason(String text) {
        String kind = text.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID").replaceAll("\\d+", "N");
        reasons.computeIfAbsent(kind.substring(0, Math.min(160, kind.length())), k -> new AtomicLong())
                .incrementAndGet();
    }

    /** {@return all transfers} */
    public Collection<Entry> entries() {
        return entries.values();
    }

    /** {@return the transfer of this id, or null} */
    public @Nullable Entry entry(UUID id) {
        return entries.get(id);
    }

    /** {@return how often an event was logged: invoke, ok, fail, info, or "recovered" and a direction} */
    public long count(String... words) {
        long sum = 0;
        for (String word : words) {
            AtomicLong n = counts.get(word);
            sum += n == null ? 0 : n.get();
        }
        return sum;
    }

    /** {@return how often one instance logged an event} */
    public long countOf(String instance, String word) {
        return count(instance + ' ' + word);
    }

    /** {@return the instance that began a transaction, which each logs before it commits; empty if none did} */
    public String owner(String transaction) {
        return owners.getOrDefault(transaction, "");
    }

    /** {@return the attempts without a reply, because the application died} */
    public long unanswered() {
        return count("invoke") - count("ok", "fail", "info");
    }

    /** {@return the attempts beyond the first of the same transfer} */
    public long retries() {
        return count("invoke") - entries.size();
    }

    /** {@return the totals that locking audits found, and how often} */
    public Map<Long, Long> audits() {
        Map<Long, Long> found = new TreeMap<>();
        audits.forEach((sum, n) -> found.put(sum, n.get()));
        return found;
    }

    /** {@return why attempts failed or ended unknown, most frequent first} */
    public List<String> reasons() {
        return reasons.entrySet().stream()
                .sorted((a, b) -> Long.compare(b.getValue().get(), a.getValue().get()))
                .map(e -> e.getValue() + " x " + e.getKey())
                .toList();
    }
}

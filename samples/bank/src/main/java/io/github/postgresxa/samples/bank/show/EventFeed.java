package io.github.postgresxa.samples.bank.show;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** The last events that a spectator should know, in plain sentences. */
@Component
final class EventFeed {

    private static final int KEPT = 40;

    /** The tone of a sentence. The page colours it. */
    enum Tone {
        PLAIN,
        HURT,
        DOUBT,
        GOOD,
        BAD
    }

    /**
     * One sentence.
     *
     * @param number its sequence number
     * @param at when
     * @param tone see {@link Tone}
     * @param text the sentence
     */
    record Item(long number, Instant at, String tone, String text) {}

    private final Deque<Item> items = new ArrayDeque<>();
    private long told;

    synchronized void tell(Tone tone, String text, Object... values) {
        if (items.size() == KEPT) {
            items.removeFirst();
        }
        var sentence = text.formatted(values);
        items.addLast(new Item(++told, Instant.now(), tone.name().toLowerCase(Locale.ROOT), sentence));
    }

    /** {@return the items after the one of this number, oldest first} */
    synchronized List<Item> after(long number) {
        return items.stream().filter(item -> item.number() > number).toList();
    }

    /** {@return the beginning of an id: enough to distinguish two on a page} */
    static String brief(String id) {
        return id.substring(0, Math.min(6, id.length()));
    }
}

package io.github.postgresxa.configuration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the key that a misspelled one probably means. */
final class NearestKey {

    private static final int NOT_NEAR = Integer.MAX_VALUE;

    /** What other libraries call the same thing, in the form of {@link PropertyName#uniform}. */
    private static final Map<String, String> OTHERWISE = Map.of(
            "user",
            "username",
            "role",
            "username",
            "pass",
            "password",
            "jdbcurl",
            "url",
            "maximumpoolsize",
            "max-size",
            "minimumidle",
            "min-size",
            "connectiontimeout",
            "acquisition-timeout");

    private final List<List<String>> known;

    NearestKey(List<Key> known) {
        this.known = known.stream().map(KeyTree::elements).toList();
    }

    /** A key that may be meant, with the slips between it and what is written, and the letters that differ. */
    private record Candidate(String name, int slips, int letters) {}

    /**
     * Finds the key.
     *
     * @param elements what is written, without {@code postgres.xa}
     * @param elsewhere whether a key at another place may be meant, too
     * @return the key without {@code postgres.xa}; empty if none is near
     */
    Optional<String> of(List<String> elements, boolean elsewhere) {
        Optional<String> meant = translated(elements).flatMap(other -> best(other, elsewhere));
        return meant.isPresent() ? meant : best(elements, elsewhere);
    }

    private static Optional<List<String>> translated(List<String> elements) {
        int last = elements.size() - 1;
        String ours = OTHERWISE.get(PropertyName.uniform(elements.get(last)));
        if (ours == null) {
            return Optional.empty();
        }
        List<String> translated = new ArrayList<>(elements);
        translated.set(last, ours);
        return Optional.of(translated);
    }

    private Optional<String> best(List<String> written, boolean elsewhere) {
        return known.stream()
                .map(key -> candidate(written, named(key, written), elsewhere))
                .filter(candidate -> candidate.slips != NOT_NEAR)
                .min(Comparator.comparingInt(Candidate::slips).thenComparingInt(Candidate::letters))
                .map(Candidate::name);
    }

    private static Candidate candidate(List<String> written, List<String> known, boolean elsewhere) {
        return new Candidate(
                String.join(".", known),
                distance(written, known, elsewhere),
                Spelling.distance(plain(written), plain(known)));
    }

    private static List<String> named(List<String> known, List<String> written) {
        int position = known.indexOf(Keys.NODE);
        if (position < 1
                || position >= written.size()
                || slips(PropertyName.uniform(written.get(position - 1)), known.get(position - 1)) == NOT_NEAR) {
            return known;
        }
        List<String> named = new ArrayList<>(known);
        named.set(position, written.get(position));
        return named;
    }

    private static int distance(List<String> written, List<String> known, boolean elsewhere) {
        if (written.size() < known.size() && known.subList(0, written.size()).equals(written)) {
            return 0; // A group, and one of its values.
        }
        int whole = slips(plain(written), plain(known));
        if (!elsewhere) {
            return whole;
        }
        int count = Math.min(written.size(), known.size());
        int tail = slips(tail(written, count), tail(known, count));
        int last = samePlace(written, known)
                ? plus(part(tail(written, 1), tail(known, 1)), 1)
                : plus(slips(tail(written, 1), tail(known, 1)), 2);
        return Math.min(whole, Math.min(plus(tail, 1), last));
    }

    private static boolean samePlace(List<String> written, List<String> known) {
        return written.size() == known.size()
                && written.subList(0, written.size() - 1).equals(known.subList(0, known.size() - 1));
    }

    private static String tail(List<String> elements, int count) {
        return plain(elements.subList(elements.size() - count, elements.size()));
    }

    private static String plain(List<String> elements) {
        return PropertyName.uniform(String.join("", elements));
    }

    private static int plus(int distance, int more) {
        return distance == NOT_NEAR ? NOT_NEAR : distance + more;
    }

    /** {@return the slips, or one if a word is only longer or shorter: user for username, jdbc-url for url} */
    private static int part(String written, String known) {
        boolean partly = Math.min(written.length(), known.length()) >= 3
                && (known.startsWith(written) || written.startsWith(known) || written.endsWith(known));
        return partly && !written.equals(known) ? 1 : slips(written, known);
    }

    private static int slips(String written, String known) {
        int allowed = Math.max(1, Math.min(3, Math.min(written.length(), known.length()) / 4));
        int distance = Spelling.distance(written, known);
        return distance <= allowed ? distance : NOT_NEAR;
    }
}

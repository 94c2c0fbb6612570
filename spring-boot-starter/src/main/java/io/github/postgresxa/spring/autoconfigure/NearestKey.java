package io.github.postgresxa.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the key that a misspelled one probably means.
 *
 * @param known all keys below {@code postgres.xa}
 */
record NearestKey(KnownKeys known) {

    private static final int NOT_NEAR = Integer.MAX_VALUE;

    /** {@return the key that differs by a slip of the hand, or is at another place; without {@code postgres.xa}} */
    Optional<String> of(List<String> elements) {
        return best(elements, true);
    }

    /** {@return the key that differs by a slip of the hand only} */
    Optional<String> ofSameLength(List<String> elements) {
        return best(elements, false);
    }

    private Optional<String> best(List<String> elements, boolean elsewhere) {
        String best = null;
        int least = NOT_NEAR;
        for (List<String> candidate : known.values()) {
            List<String> named = named(candidate, elements);
            int distance = distance(elements, named, elsewhere);
            if (distance < least) {
                least = distance;
                best = String.join(".", named);
            }
        }
        return Optional.ofNullable(best);
    }

    private static List<String> named(List<String> candidate, List<String> elements) {
        int position = candidate.indexOf(KnownKeys.ANY);
        if (position < 1
                || position >= elements.size()
                || slips(KnownKeys.plain(elements.get(position - 1)), candidate.get(position - 1)) == NOT_NEAR) {
            return candidate;
        }
        List<String> named = new ArrayList<>(candidate);
        named.set(position, elements.get(position));
        return named;
    }

    private static int distance(List<String> written, List<String> known, boolean elsewhere) {
        if (written.size() < known.size() && known.subList(0, written.size()).equals(written)) {
            return 0; // A group, and its first value.
        }
        int whole = slips(KnownKeys.plain(String.join("", written)), KnownKeys.plain(String.join("", known)));
        if (!elsewhere) {
            return whole;
        }
        int count = Math.min(written.size(), known.size());
        int tail = slips(tail(written, count), tail(known, count));
        int last = part(tail(written, 1), tail(known, 1));
        return Math.min(whole, Math.min(plus(tail, 1), plus(last, samePlace(written, known) ? 1 : 2)));
    }

    private static boolean samePlace(List<String> written, List<String> known) {
        return written.size() == known.size()
                && written.subList(0, written.size() - 1).equals(known.subList(0, known.size() - 1));
    }

    private static String tail(List<String> elements, int count) {
        return KnownKeys.plain(String.join("", elements.subList(elements.size() - count, elements.size())));
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
        int distance = levenshtein(written, known);
        return distance <= allowed ? distance : NOT_NEAR;
    }

    private static int levenshtein(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}

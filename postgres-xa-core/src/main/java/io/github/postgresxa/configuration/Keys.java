package io.github.postgresxa.configuration;

import java.util.List;
import java.util.Optional;

/**
 * The keys below {@code postgres.xa}. One that is not among them is an error: it would have no effect, and the default
 * that holds instead would go unnoticed.
 */
public final class Keys {

    /** What each key begins with. */
    public static final String PREFIX = "postgres.xa.";

    /** Stands for the name of a node, which the application chooses. */
    public static final String NODE = "<node>";

    private static final KeyTree TREE = KeyTree.of(KeyDefinitions.ALL);
    private static final NearestKey NEAREST = new NearestKey(KeyDefinitions.ALL);

    private Keys() {}

    /** Says what a key leads to. */
    public enum Match {
        /** Nothing: there is no such key. */
        NONE,
        /** A group of values. Only an empty value is possible. */
        GROUP,
        /** A value. */
        VALUE
    }

    /** {@return all keys} */
    public static List<Key> all() {
        return KeyDefinitions.ALL;
    }

    /**
     * Says what a key leads to. Upper and lower case, hyphens and underscores within an element do not count.
     *
     * @param elements its elements behind {@code postgres.xa}
     * @return what it leads to; a value also for what the test kit reads
     */
    public static Match match(List<String> elements) {
        return isOfTestKit(elements) ? Match.VALUE : TREE.match(elements, false);
    }

    /**
     * Says what an environment variable leads to, where a hyphen may be left out or be an underscore.
     *
     * @param elements the variable's parts behind {@code POSTGRES_XA}, in lower case
     * @return what it leads to
     */
    public static Match matchVariable(List<String> elements) {
        return isOfTestKit(elements) ? Match.VALUE : TREE.match(elements, true);
    }

    private static boolean isOfTestKit(List<String> elements) {
        return !elements.isEmpty() && elements.get(0).equals("test");
    }

    /**
     * Finds the key that a wrong one probably means: it differs by a slip of the hand, is at another place, or has the
     * name that another library uses.
     *
     * @param elements the elements of the wrong key behind {@code postgres.xa}
     * @return the right key, whole; empty if none is near
     */
    public static Optional<String> nearest(List<String> elements) {
        return NEAREST.of(elements, true).map(PREFIX::concat);
    }

    /**
     * Finds the key that differs from a wrong one by a slip of the hand only.
     *
     * @param elements the elements of the wrong key behind {@code postgres.xa}
     * @return the right key, whole; empty if none is near
     */
    public static Optional<String> nearestInSpelling(List<String> elements) {
        return NEAREST.of(elements, false).map(PREFIX::concat);
    }

    static Key named(String name) {
        return KeyDefinitions.ALL.stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no key " + PREFIX + name));
    }
}

package io.github.postgresxa.gid;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All nodes on which a subordinate transaction is prepared, as each of its branches shows them.
 *
 * <p>A branch shows a node as a shared advisory lock that it holds. PREPARE TRANSACTION keeps such locks until the
 * branch ends, also across a crash and a failover, and every session can read them. They cost no round trip and no
 * flush, and a release that does not know them is not affected. A lock keeps nothing out: it is shared, and no
 * exclusive one is ever requested.
 *
 * @param nodes the last 12 digits of each node's identity; empty if the branch shows none, because an
 *     earlier release prepared it
 */
public record Roster(Set<String> nodes) {

    /** What a branch of an earlier release shows. */
    public static final Roster NONE = new Roster(Set.of());

    /** Marks the first key of our locks, in its upper half. The lower half, and the second key, are the node. */
    public static final int TAG = 0x5058;

    /** A lock has 64 bits, and 16 are the tag's. */
    private static final int SHOWN = 12;

    private static final int IN_FIRST_KEY = 4;
    private static final int HALF = 16;
    private static final int HEXADECIMAL = 16;
    private static final long LOWER_HALF = 0xffff;

    /** Copies the set. */
    public Roster {
        nodes = Set.copyOf(nodes);
    }

    /**
     * Lists the nodes of a transaction.
     *
     * @param identities the nodes that wrote, all that will ever be prepared among them
     * @return the roster that each branch shows
     */
    public static Roster of(Collection<NodeIdentity> identities) {
        return new Roster(identities.stream().map(Roster::shown).collect(Collectors.toSet()));
    }

    private static String shown(NodeIdentity identity) {
        return identity.text().substring(identity.text().length() - SHOWN);
    }

    /** {@return one statement that makes a transaction show this, with a line break; empty if there is nothing} */
    public String statement() {
        return nodes.isEmpty()
                ? ""
                : nodes.stream().sorted().map(Roster::lock).collect(Collectors.joining(", ", "select ", ";\n"));
    }

    private static String lock(String node) {
        int first = (TAG << HALF) | Integer.parseInt(node.substring(0, IN_FIRST_KEY), HEXADECIMAL);
        int second = Integer.parseUnsignedInt(node.substring(IN_FIRST_KEY), HEXADECIMAL);
        return "pg_catalog.pg_advisory_xact_lock_shared('%d'::pg_catalog.int4, '%d'::pg_catalog.int4)"
                .formatted(first, second);
    }

    /**
     * Reads what a branch shows.
     *
     * @param branch a branch
     * @param locks the keys of the locks that it holds and that have the tag, as unsigned numbers
     * @return its roster. What does not name the branch's own node is not ours, but the application's
     */
    public static Roster read(Gid branch, Collection<Key> locks) {
        Set<String> nodes =
                locks.stream().map(Key::node).flatMap(Optional::stream).collect(Collectors.toSet());
        return nodes.contains(shown(branch.branch())) ? new Roster(nodes) : NONE;
    }

    /**
     * The keys of an advisory lock.
     *
     * @param first unsigned
     * @param second unsigned
     */
    public record Key(long first, long second) {

        private Optional<String> node() {
            return first >> HALF == TAG
                    ? Optional.of("%04x%08x".formatted(first & LOWER_HALF, second))
                    : Optional.empty();
        }
    }

    /**
     * Finds out what is missing.
     *
     * @param known identities of nodes
     * @return the nodes that are none of these, by the end of their identities
     */
    public List<String> without(Collection<NodeIdentity> known) {
        Set<String> missing = new TreeSet<>(nodes);
        known.forEach(identity -> missing.remove(shown(identity)));
        return new ArrayList<>(missing);
    }

    /** {@return what both show together} */
    public Roster and(Roster other) {
        Set<String> all = new TreeSet<>(nodes);
        all.addAll(other.nodes);
        return new Roster(all);
    }
}

package io.github.postgresxa.recovery;

import io.github.postgresxa.node.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The places from which a node is watched: advisory locks of the sessions that look at it. A place ends with its
 * session, so none outlives its holder, and no row or leader is needed. Only instances that can settle the same
 * branches share places: those of one group. The places set the pace and decide nothing.
 */
final class Places {

    /** As many sessions of one group stay open at a node. */
    static final int COUNT = 7;

    /** The first part of each key: "pgxa". Signs of life have keys of another kind. */
    private static final int CLASS = 0x70677861;

    /** A place whose holder is silent is replaced by another number, so there are more numbers than places. */
    private static final int NUMBER_BITS = 4;

    private static final int NUMBERS = 1 << NUMBER_BITS;

    private static final int GROUP_BITS = 27;

    /** Stops at the first one that is free. */
    private static final String TAKE =
            "select place from unnest('{%s}'::int[]) place where pg_try_advisory_lock(%d, place) limit 1";

    private final int first;
    private final String census;

    /**
     * Creates the places of a group.
     *
     * @param group what its members have in common
     * @param silence after this time without a question, a holder does not count
     */
    Places(String group, Duration silence) {
        CRC32 hash = new CRC32();
        hash.update(group.getBytes(StandardCharsets.UTF_8));
        this.first = (int) (hash.getValue() & (1L << GROUP_BITS) - 1) << NUMBER_BITS;
        this.census = """
                select l.objid::bigint - %d, l.pid = pg_backend_pid(),
                       coalesce(a.state_change < clock_timestamp() - interval '%d milliseconds', false)
                from pg_locks l left join pg_stat_activity a on a.pid = l.pid
                where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
                  and l.database = (select oid from pg_database where datname = current_database())
                  and l.classid::bigint = %d and l.objid::bigint between %d and %d
                """.formatted(first, silence.toMillis(), CLASS, first, first + NUMBERS - 1);
    }

    /**
     * The places that are held at a moment.
     *
     * @param numbers their numbers
     * @param silent how many of them have a holder that has asked nothing for long: it hangs, or its machine is gone
     * @param mine whether the session that asked holds one
     */
    record Census(Set<Integer> numbers, int silent, boolean mine) {

        /** {@return how many holders look} */
        int looking() {
            return numbers.size() - silent;
        }

        boolean isFull() {
            return looking() >= COUNT;
        }
    }

    Census census(Wire wire) throws SQLException {
        Set<Integer> numbers = new HashSet<>();
        int silent = 0;
        boolean mine = false;
        for (List<@Nullable String> row : wire.send(census).rows()) {
            boolean own = "t".equals(row.get(1));
            numbers.add(Integer.valueOf(Objects.requireNonNull(row.get(0))));
            mine |= own;
            silent += !own && "t".equals(row.get(2)) ? 1 : 0;
        }
        return new Census(numbers, silent, mine);
    }

    /**
     * Tries to take a free place. The numbers that may be taken are as many as places, and one more for each silent
     * holder. So two that try at the same moment cannot both take the last one.
     *
     * @return whether the session holds a place now
     */
    boolean take(Wire wire, Census census) throws SQLException {
        int end = Math.min(NUMBERS, COUNT + census.silent());
        String free = IntStream.range(0, end)
                .filter(number -> !census.numbers().contains(number))
                .mapToObj(number -> String.valueOf(first + number))
                .collect(Collectors.joining(","));
        return !free.isEmpty() && !wire.send(TAKE.formatted(free, CLASS)).rows().isEmpty();
    }

    /** Leaves every place that the session holds, of whatever group: the session has no other locks. */
    static void leave(Wire wire) throws SQLException {
        wire.send("select pg_advisory_unlock_all()").row();
    }
}

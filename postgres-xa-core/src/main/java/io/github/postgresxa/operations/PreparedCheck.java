package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports what has been prepared for too long: it keeps its locks, and VACUUM from its work. */
final class PreparedCheck {

    static final Duration LONG = Duration.ofMinutes(1);

    private static final int LOOK_AT = 1_000;

    private final Console console;
    private final Duration tooLong;
    private final boolean observing;

    /**
     * Creates a check.
     *
     * @param console how printed commands call the command-line jar
     * @param tooLong a branch prepared for longer than this is a finding
     * @param observing whether nothing may be finished from here
     */
    PreparedCheck(Console console, Duration tooLong, boolean observing) {
        this.console = console;
        this.tooLong = tooLong;
        this.observing = observing;
    }

    List<Finding> findings(Node node, Wire wire, ServerView server) throws SQLException {
        List<PreparedEntry> old = Listing.oldest(
                node,
                wire,
                "where prepared < clock_timestamp() - interval '%d seconds' order by prepared limit %d"
                        .formatted(tooLong.toSeconds(), LOOK_AT));
        if (old.isEmpty()) {
            return List.of(Check.PREPARED.ok(node.name(), "%d prepared, none for long".formatted(server.prepared())));
        }
        Map<String, List<PreparedEntry>> byOwner = new LinkedHashMap<>();
        old.forEach(e -> byOwner.computeIfAbsent(Settling.owner(e), o -> new ArrayList<>())
                .add(e));
        List<Finding> found = new ArrayList<>();
        byOwner.forEach((owner, entries) -> found.add(finding(node.name(), owner, entries)));
        return found;
    }

    private Finding finding(String node, String owner, List<PreparedEntry> entries) {
        PreparedEntry oldest = entries.get(0);
        String what =
                ("%s prepared by %s for longer than %d s; the oldest, '%s' in database '%s', for %s; VACUUM is held"
                                + " back by %d transactions")
                        .formatted(
                                entries.size() == LOOK_AT ? LOOK_AT + " or more" : entries.size(),
                                owner,
                                tooLong.toSeconds(),
                                oldest.gid(),
                                oldest.database(),
                                Ages.text(oldest.age()),
                                oldest.xidAge());
        boolean ours = oldest.owner() == Owner.POSTGRES_XA;
        return (ours ? Fault.IN_DOUBT : Fault.FOREIGN)
                .found(
                        node,
                        what,
                        "Each keeps its locks, and VACUUM from removing what was deleted since; nobody may ignore it"
                                + " until the transaction ids run out.",
                        ours ? adviceOnOurs() : Settling.advice(oldest),
                        ours ? observing ? "" : console.command("recover") : Settling.command(oldest, console));
    }

    private String adviceOnOurs() {
        return observing
                ? "Any application that manages these nodes (postgres.xa.mode=manage) settles them."
                : "Any application with these nodes settles them. Without one, this does, and says what stays in"
                        + " doubt, and why:";
    }
}

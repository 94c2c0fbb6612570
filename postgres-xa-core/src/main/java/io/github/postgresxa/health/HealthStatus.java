package io.github.postgresxa.health;

/** The status of a node. */
public enum HealthStatus {
    /** The node answers, may take part, and holds nothing in doubt. */
    UP("", true),
    /** It does not answer. Transactions that need it fail, all others continue. */
    DOWN("", false),
    /** It answers and may not take part; the detail {@code problem} says why. */
    OUT_OF_SERVICE("", false),
    /** It works and holds branches whose decision is not known here. */
    IN_DOUBT("holds prepared branches whose decision is not known here", true),
    /** It works and has held such branches for longer than the threshold. */
    IN_DOUBT_TOO_LONG(
            "has held prepared branches whose decision is not known here for longer than the threshold", true),
    /** Recovery of this instance does not finish its scans any more; what is known of the node is out of date. */
    RECOVERY_STALLED("recovery of this instance has not finished a scan of it for too long", true),
    /** Nothing is known of it. */
    UNKNOWN("", true);

    private final String description;
    private final boolean takesPart;

    HealthStatus(String description, boolean takesPart) {
        this.description = description;
        this.takesPart = takesPart;
    }

    /** {@return what it says of a node, as the end of a sentence; empty if the name says all} */
    public String description() {
        return description;
    }

    /** {@return whether the node can take part in transactions, as far as is known} */
    public boolean takesPart() {
        return takesPart;
    }
}

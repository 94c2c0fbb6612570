package io.github.postgresxa.reliability.matrix;

/** The outcome that the caller of a transfer got, recorded outside of the application's process. */
enum ReportedOutcome {
    OK("ok"),
    ROLLED_BACK("rolled back"),
    UNKNOWN("unknown"),
    /** The application died before it could report anything. */
    NOTHING("nothing"),
    /** A reply that no caller may ever see. */
    NONSENSE("nonsense");

    private final String text;

    ReportedOutcome(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}

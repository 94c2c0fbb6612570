package io.github.postgresxa.reliability.matrix;

/** What the caller of a transfer was told, noted outside of the application's process. */
enum ReportedOutcome {
    OK("ok"),
    ROLLED_BACK("rolled back"),
    UNKNOWN("unknown"),
    /** The application died before it could say anything. */
    NOTHING("nothing"),
    /** Something that no caller may ever see. */
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

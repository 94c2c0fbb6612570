package io.github.postgresxa.branch;

/** A branch's answer to the question whether it has anything to commit. */
public enum Vote {
    /** No statement was ever sent: there is nothing to end. */
    IDLE,
    /** It only read: its end has no effect that another node would have to share. */
    READ,
    /** It wrote, or cannot rule it out. */
    WROTE
}

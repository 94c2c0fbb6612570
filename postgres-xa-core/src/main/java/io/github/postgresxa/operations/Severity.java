package io.github.postgresxa.operations;

/** How much a finding matters. */
public enum Severity {
    /** Checked, and as it should be. */
    OK,
    /** Good to know; nothing has to be done now. */
    NOTICE,
    /** It will hurt one day, or hurts already without breaking the promise. */
    WARNING,
    /** The node cannot take part, or the promise does not hold there. */
    ERROR
}

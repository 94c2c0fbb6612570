package io.github.postgresxa.test.manager;

/** What a transaction manager does differently, within what the specification allows or beside it. */
public enum Difference {
    /** The manager ignores a negative timeout, and throws nothing. */
    NEGATIVE_TIMEOUT_IGNORED("`setTransactionTimeout` ignores a negative value"),
    /** The ended transaction stays on the thread while {@code afterCompletion} runs. */
    ENDED_TRANSACTION_ON_THREAD("`begin` in `afterCompletion` needs a `suspend` before it, and a `resume` after");

    private final String text;

    Difference(String text) {
        this.text = text;
    }

    /** {@return what it does, as the documentation says it} */
    public String text() {
        return text;
    }
}

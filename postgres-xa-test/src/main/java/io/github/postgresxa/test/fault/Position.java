package io.github.postgresxa.test.fault;

/** The moment in a message's life at which a fault strikes. */
public enum Position {
    /** The client has sent the whole message; the server has seen nothing of it. */
    BEFORE_FORWARDING,
    /** The server has executed the message and answered; the client has seen nothing of the answer. */
    AFTER_EXECUTED,
    /**
     * The client has the whole answer. No message of any proxy with the same plan passes until the fault's action has
     * ended.
     */
    AFTER_REPLY
}

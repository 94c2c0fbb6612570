package io.github.postgresxa.samples.bank.money;

/** A node that is needed cannot be used now. The transaction that needed it changes nothing, on any node. */
public final class NodeUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String node;

    NodeUnavailableException(String node, String problem, Throwable cause) {
        super("Node '%s' %s".formatted(node, problem), cause);
        this.node = node;
    }

    /** {@return the node's name} */
    public String node() {
        return node;
    }
}

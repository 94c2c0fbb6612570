package io.github.postgresxa.samples.jakarta.money;

/** The ledger has a transfer of this id. Nothing has changed now. */
final class DuplicateTransferException extends RuntimeException {

    private static final long serialVersionUID = 1L;
}

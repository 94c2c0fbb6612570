package io.github.postgresxa.samples.jakarta.money;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.HashSet;

/** The counter of the banks: carries out an order once, however often it comes. */
@ApplicationScoped
public class Transfers {

    @Inject
    Bookkeeper bookkeeper;

    /**
     * Carries out an order.
     *
     * @return whether it was carried out now; false if an earlier one with the same content was
     * @throws TransferRefusedException if it cannot be carried out
     * @throws SQLException if a node does not answer; if the end of the transaction fails, the exceptions of JTA come
     *     out as they are
     */
    public boolean submit(Transfer transfer) throws SQLException {
        try {
            bookkeeper.post(transfer);
            return true;
        } catch (DuplicateTransferException e) {
            if (new HashSet<>(bookkeeper.legs(transfer.id())).equals(new HashSet<>(transfer.legs()))) {
                return false;
            }
            throw new TransferRefusedException("Another transfer has the id %s".formatted(transfer.id()));
        }
    }
}

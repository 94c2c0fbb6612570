package io.github.postgresxa.cdi.recovery;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.transaction.xa.Xid;

/**
 * The identifiers that a Narayana gives. A global one is 28 bytes of a unique number, and then the node identifier.
 *
 * @param node returns the node identifier of this process
 */
record NarayanaIds(Supplier<String> node) implements Predicate<Xid> {

    private static final int FORMAT = 131077;
    private static final int NUMBER = 28;

    @Override
    public boolean test(Xid xid) {
        byte[] id = xid.getGlobalTransactionId();
        return xid.getFormatId() == FORMAT
                && id.length > NUMBER
                && new String(id, NUMBER, id.length - NUMBER, StandardCharsets.UTF_8).equals(node.get());
    }
}

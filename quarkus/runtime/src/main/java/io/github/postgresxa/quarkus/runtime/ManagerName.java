package io.github.postgresxa.quarkus.runtime;

import com.arjuna.ats.arjuna.coordinator.TxControl;
import io.github.postgresxa.InvalidConfigurationException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the name of this process in Narayana's identifiers, which are in the names of prepared branches. */
final class ManagerName {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerName.class);

    static final String KEY = "quarkus.transaction-manager.node-name";

    /** What Quarkus uses where none is configured. */
    private static final String DEFAULT = "quarkus";

    /** With one more, PostgreSQL refuses the name of a branch. */
    private static final int LONGEST = 19;

    private ManagerName() {}

    /**
     * Checks the name.
     *
     * @throws InvalidConfigurationException if it is too long where transactions have other resources
     */
    static void check() {
        check(TxControl.getXANodeName(), QuarkusRecovery.isEnabled());
    }

    static void check(String name, boolean recovery) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            InvalidConfigurationException tooLong = new InvalidConfigurationException(
                    ("The name '%s' of this process in the transaction manager has %d bytes. PostgreSQL would refuse to"
                                    + " prepare a branch whose name carries it, so no transaction with another resource"
                                    + " can commit.")
                            .formatted(name, length),
                    "Set %s to a name of at most %d bytes, unique among the instances.".formatted(KEY, LONGEST));
            if (recovery) {
                throw tooLong;
            }
            LOG.warn("{} {}", tooLong.problem(), tooLong.action());
        } else if (recovery && name.equals(DEFAULT)) {
            LOG.warn(
                    "Recovery runs under the default name '{}'. Instances of the same name take each other's"
                            + " transactions with another resource for their own, and may roll them back. Set {} to a"
                            + " name that is unique among the instances and stays the same after a restart.",
                    name,
                    KEY);
        }
    }
}

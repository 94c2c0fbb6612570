package io.github.postgresxa.cdi.recovery;

import com.arjuna.ats.arjuna.coordinator.TxControl;

/** The node identifier of the Narayana in this process. */
final class NarayanaNode {

    private NarayanaNode() {}

    static String name() {
        return TxControl.getXANodeName();
    }
}

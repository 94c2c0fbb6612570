package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.WireMessage;

/**
 * One message of a play.
 *
 * @param label its name
 * @param filter picks it
 * @param address the same, in a form that can be sent to another process
 * @param example as it was seen in a run without faults
 */
record Point(String label, MessageFilter filter, Address address, WireMessage example) {

    /**
     * Picks a message of the application by its text alone.
     *
     * @param kind its kind
     * @param number its position among those that match, from 1
     * @param node its target; empty if that does not matter
     * @param beginning the first characters of its text; empty if they do not matter
     */
    record Address(MessageKind kind, int number, String node, String beginning) {

        boolean picks(WireMessage message) {
            return message.kind() == kind
                    && (node.isEmpty() || message.node().equals(node))
                    && message.sql().strip().startsWith(beginning)
                    && !ProtocolRun.isBegin(message);
        }
    }

    FaultPoint in(FaultPlan plan) {
        return plan.at(filter).nth(address.number());
    }

    boolean isLogin() {
        return example.kind() == MessageKind.STARTUP;
    }

    boolean isWork() {
        return example.kind() == MessageKind.WORK;
    }
}

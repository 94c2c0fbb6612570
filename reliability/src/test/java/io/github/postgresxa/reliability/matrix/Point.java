package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.WireMessage;

/**
 * One message of a play.
 *
 * @param label how it is called
 * @param filter picks it
 * @param number the how manieth that the filter picks
 * @param example as it was seen in a run without faults
 */
record Point(String label, MessageFilter filter, int number, WireMessage example) {

    FaultPoint in(FaultPlan plan) {
        return plan.at(filter).nth(number);
    }

    boolean isLogin() {
        return example.kind() == MessageKind.STARTUP;
    }

    boolean isWork() {
        return example.kind() == MessageKind.WORK;
    }
}

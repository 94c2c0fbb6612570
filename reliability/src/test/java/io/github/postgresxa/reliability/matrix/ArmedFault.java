package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.WireMessage;
import java.time.Duration;
import java.util.Optional;

/** A fault that was armed for a scenario, wherever it strikes: on the wire, at a process, or inside the driver. */
interface ArmedFault {

    /** {@return the message that it hits; empty until that message is sent} */
    Optional<String> message();

    /** {@return whether it has struck} */
    boolean hasFired();

    /** Waits until it has struck; throws what went wrong with it. */
    void awaitFired(Duration limit) throws InterruptedException;

    /** Restores what it took away. */
    void heal() throws InterruptedException;

    /** {@return a fault of the proxies} */
    static ArmedFault of(Fault fault, FaultType strike, TestBed bed) {
        return new ArmedFault() {
            @Override
            public Optional<String> message() {
                return fault.message().map(WireMessage::toString);
            }

            @Override
            public boolean hasFired() {
                return fault.hasFired();
            }

            @Override
            public void awaitFired(Duration limit) throws InterruptedException {
                fault.awaitFired(limit);
            }

            @Override
            public void heal() throws InterruptedException {
                strike.heal(bed, fault.message().orElseThrow());
            }
        };
    }
}

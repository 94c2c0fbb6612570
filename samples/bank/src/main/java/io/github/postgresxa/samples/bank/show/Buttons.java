package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.samples.bank.show.Reading.Prepared;
import java.util.stream.Collectors;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Everything that a page can do to the bank. When the bank stops, everything is undone first: a held decision or a
 * frozen node would keep its transactions from ending.
 *
 * @param load transfers that are made automatically
 * @param ways nodes and the network to them
 * @param hold a decision that is late
 * @param crash a coordinator that dies
 */
@Component
@OnlyEmbedded
record Buttons(Load load, FaultControls ways, DelayedDecision hold, CoordinatorCrash crash) implements SmartLifecycle {

    /** Starts the process to crash, because a spectator may want a crash. */
    void keepReady(Auditor auditor) {
        boolean readable = !auditor.audit().verdict().equals(Audit.UNREADABLE);
        crash.look(readable ? auditor.prepared().stream().map(Prepared::id).collect(Collectors.toSet()) : null);
    }

    @Override
    public void start() {
        crash.open();
    }

    @Override
    public void stop() {
        load.stop();
        hold.release();
        ways.healAll();
        crash.close();
    }

    @Override
    public boolean isRunning() {
        return crash.isOpen();
    }
}

package io.github.postgresxa.samples.bank.show;

import static io.github.postgresxa.samples.bank.show.EventFeed.brief;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.samples.bank.embedded.EmbeddedNodes;
import io.github.postgresxa.samples.bank.money.AccountId;
import io.github.postgresxa.samples.bank.money.OutcomeUnknownException;
import io.github.postgresxa.samples.bank.money.Transfer;
import io.github.postgresxa.samples.bank.money.Transfers;
import io.github.postgresxa.samples.bank.show.EventFeed.Tone;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Makes one transfer whose decision is late on the network: it stays there until the user releases it. */
@Component
@OnlyEmbedded
final class DelayedDecision implements XaListener {

    private static final int ATTEMPTS = 12;
    private static final String REFUSED =
            "Transaction %s is rolled back on both nodes, and its caller knows it: the decision arrived too late,"
                    + " or was lost in a crash.";
    private static final String UNKNOWN =
            "The caller of %s got \"outcome unknown\": the node that knows it does not answer. It is all or "
                    + "nothing in any case.";
    private static final String NOT_REACHED =
            "Transaction %s is rolled back on both nodes: one of them did not answer, so there was nothing to decide.";

    private final FaultPlan plan;
    private final ObjectProvider<Transfers> transfers;
    private final EventFeed news;
    private @Nullable Thread customer;
    private @Nullable Fault fault;
    private @Nullable TransactionId id;
    private boolean held;
    private boolean overtaken;

    /** Transfers need beans that depend on listeners, so they are injected later. */
    DelayedDecision(EmbeddedNodes nodes, ObjectProvider<Transfers> transfers, EventFeed news) {
        this.plan = nodes.plan();
        this.transfers = transfers;
        this.news = news;
    }

    /** {@return whether a transfer was begun: there is one at a time} */
    synchronized boolean begin() {
        if (customer != null) {
            return false;
        }
        held = false;
        overtaken = false;
        id = null;
        customer = new Thread(this::transfer, "bank-held");
        customer.setDaemon(true);
        customer.start();
        return true;
    }

    /** {@return as {@link DashboardState#hold} has it} */
    synchronized String state() {
        if (customer == null) {
            return "none";
        }
        return overtaken ? "late" : isHeld() ? "held" : "starting";
    }

    private synchronized boolean isHeld() {
        if (!held && fault != null && id != null && fault.hasFired()) {
            held = true;
            news.tell(
                    Tone.HURT,
                    "You hold the decision of %s on its way to east. West is prepared and keeps its locks; in 5 "
                            + "seconds recovery acts.",
                    brief(id.toString()));
        }
        return held;
    }

    synchronized void release() {
        if (fault != null) {
            news.tell(Tone.PLAIN, "You let the decision go.");
            fault.release();
            fault = null;
        }
    }

    /** Runs in the thread of the transfer, before any message of its end is sent. */
    @Override
    public synchronized void began(TransactionId transaction) {
        if (Thread.currentThread() == customer) {
            id = transaction;
            fault = plan.at(MessageKind.DECISION.and(MessageFilter.containing(transaction.toString())))
                    .hold();
        }
    }

    @Override
    public synchronized void fenced(TransactionId transaction, String home) {
        if (transaction.equals(id)) {
            overtaken = true;
        }
    }

    private void transfer() {
        try {
            submit();
            end(Tone.GOOD, "Transaction %s is committed on both nodes: its decision came in time.");
        } catch (OutcomeUnknownException e) {
            end(Tone.DOUBT, UNKNOWN);
        } catch (RuntimeException e) {
            end(Tone.GOOD, isHeld() ? REFUSED : NOT_REACHED);
        }
    }

    /** Finds broken connections one by one, before anything is held. */
    private void submit() {
        for (int attempt = 1; ; attempt++) {
            try {
                transfers.getObject().submit(new Transfer(UUID.randomUUID(), account("east"), account("west"), 5));
                return;
            } catch (RuntimeException e) {
                if (isHeld() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static AccountId account(String node) {
        return new AccountId(node, 9);
    }

    private synchronized void end(Tone tone, String text) {
        if (fault != null) {
            fault.release();
        }
        if (id != null) {
            news.tell(tone, text, brief(id.toString()));
        }
        fault = null;
        customer = null;
        id = null;
    }
}

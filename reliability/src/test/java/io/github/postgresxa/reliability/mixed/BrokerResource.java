package io.github.postgresxa.reliability.mixed;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** The broker's resource, with a step before and after each verb. */
final class BrokerResource implements XAResource {

    private final XAResource broker;
    private final Steps steps;
    private final String prefix;

    private BrokerResource(XAResource broker, Steps steps, String prefix) {
        this.broker = broker;
        this.steps = steps;
        this.prefix = prefix;
    }

    /** {@return the resource of a transaction} */
    static BrokerResource enlisted(XAResource broker, Steps steps) {
        return new BrokerResource(broker, steps, "");
    }

    /** {@return a resource of which the manager's recovery asks for prepared branches} */
    static BrokerResource recovered(XAResource broker, Steps steps) {
        return new BrokerResource(broker, steps, "recovery: ");
    }

    private interface Verb {
        void call() throws XAException;
    }

    private void at(String name, Verb verb) throws XAException {
        steps.at(prefix + "before " + name + " at the broker");
        verb.call();
        steps.at(prefix + "after " + name + " at the broker");
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        at("start", () -> broker.start(xid, flags));
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        at("end", () -> broker.end(xid, flags));
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        int[] vote = new int[1];
        at("prepare", () -> vote[0] = broker.prepare(xid));
        return vote[0];
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        at("commit", () -> broker.commit(xid, onePhase));
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        at("rollback", () -> broker.rollback(xid));
    }

    @Override
    public void forget(Xid xid) throws XAException {
        at("forget", () -> broker.forget(xid));
    }

    /** Steps only where there is something: recovery asks every second. */
    @Override
    public Xid[] recover(int flag) throws XAException {
        Xid[] prepared = broker.recover(flag);
        if (prepared.length > 0) {
            steps.at(prefix + "after recover at the broker");
        }
        return prepared;
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return broker.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return broker.setTransactionTimeout(seconds);
    }
}

package io.github.postgresxa.test.fault;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The message at which a fault is to strike: the first that its filter picks, unless {@link #nth} says otherwise.
 * Each of the other methods arms one fault there. It strikes once. Faults at the same message strike in the order in
 * which they were armed.
 */
public final class FaultPoint {

    private final FaultPlan plan;
    private final MessageFilter filter;
    private final int number;

    FaultPoint(FaultPlan plan, MessageFilter filter, int number) {
        this.plan = plan;
        this.filter = filter;
        this.number = number;
    }

    /**
     * {@return the n-th of the picked messages}
     *
     * @param n counts them from 1, over all proxies of the plan, from the moment at which the fault is armed
     * @throws IllegalArgumentException if n is less than 1
     */
    public FaultPoint nth(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("messages are counted from 1, not from " + n);
        }
        return new FaultPoint(plan, filter, n);
    }

    /** {@return a fault that cuts the connection before the server has seen anything of the message} */
    public Fault loseRequest() {
        return cut(Position.BEFORE_FORWARDING);
    }

    /** {@return a fault that lets the server execute the message, drops the answer and cuts the connection} */
    public Fault loseReply() {
        return cut(Position.AFTER_EXECUTED);
    }

    /**
     * {@return a fault that cuts the message's connection}
     *
     * <p>Both ends see an orderly end of the connection (FIN).
     *
     * @param position when
     */
    public Fault cut(Position position) {
        return arm(position, (connection, fault, message) -> {
            fault.fires();
            connection.cut();
        });
    }

    /**
     * {@return a fault that resets the message's connection}
     *
     * <p>Both ends see the connection aborted (RST, by {@code SO_LINGER} 0).
     *
     * @param position when
     */
    public Fault reset(Position position) {
        return arm(position, (connection, fault, message) -> {
            fault.fires();
            connection.reset();
        });
    }

    /**
     * {@return a fault that silences the link}
     *
     * <p>The whole link of the message's proxy falls silent, as {@link FaultProxy#blackHole} says. The message, or
     * its answer, is delivered after {@link FaultProxy#heal}, even if the client has gone meanwhile.
     *
     * @param position when
     */
    public Fault blackHole(Position position) {
        return arm(position, (connection, fault, message) -> {
            fault.fires();
            connection.proxy().blackHole();
        });
    }

    /**
     * {@return a fault that holds the message before the server has seen anything of it}
     *
     * <p>The message is late on the network. It reaches the server when the test calls {@link Fault#release}, even if
     * the client's connection has gone meanwhile. Later messages of its connection wait behind it; other connections
     * are not affected.
     */
    public Fault hold() {
        return hold(Position.BEFORE_FORWARDING);
    }

    /** {@return a fault that holds the answer until the test calls {@link Fault#release}} */
    public Fault holdReply() {
        return hold(Position.AFTER_EXECUTED);
    }

    private Fault hold(Position position) {
        return arm(position, (connection, fault, message) -> fault.hold(connection));
    }

    /**
     * {@return a fault that delays the message, and delivers it even if the client's connection has gone meanwhile}
     *
     * @param time how long
     */
    public Fault delay(Duration time) {
        return delay(Position.BEFORE_FORWARDING, time);
    }

    /**
     * {@return a fault that delays the answer}
     *
     * @param time how long
     */
    public Fault delayReply(Duration time) {
        return delay(Position.AFTER_EXECUTED, time);
    }

    private Fault delay(Position position, Duration time) {
        return arm(position, (connection, fault, message) -> fault.delay(connection, time));
    }

    /**
     * {@return a fault that calls back, for example to kill the application or the node}
     *
     * @param position when
     * @param callback runs on a thread of the proxy and delays the message until it returns. It must not wait for
     *     anything that is sent through a proxy of the plan. If it throws, the connection is cut and {@link
     *     Fault#awaitFired} reports it.
     */
    public Fault call(Position position, Runnable callback) {
        return call(position, message -> callback.run());
    }

    /**
     * {@return a fault that calls back, for example to terminate the session that sent the message}
     *
     * @param position when
     * @param callback as above; receives the message
     */
    public Fault call(Position position, Consumer<WireMessage> callback) {
        return arm(position, (connection, fault, message) -> callback.accept(message));
    }

    private Fault arm(Position position, Fault.Action action) {
        return plan.arm(new Fault(filter, number, position, action));
    }
}

package io.github.postgresxa.simulation;

import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.TransactionState;

/** The port, over a simulated network. */
final class SimulatedWire implements Wire {

    private final Backend backend;
    private TransactionState state = TransactionState.IDLE;
    private boolean closed;
    private boolean readOnly;
    private int answerLimit;

    SimulatedWire(Backend backend) {
        this.backend = backend;
    }

    Server server() {
        return backend.server;
    }

    @Override
    public Reply send(String sql) {
        Actor actor = Actor.current();
        if (closed || !backend.isAlive()) {
            return gone();
        }
        Message message = new Message(backend, sql);
        backend.inbox.add(message);
        actor.waitingFor = message;
        actor.sends(message);
        actor.pause();
        actor.waitingFor = null;
        Reply reply = message.reply;
        if (reply == null || message.silenced) {
            abort();
            return gone();
        }
        closed = reply.gone();
        state = reply.state();
        return reply;
    }

    private Reply gone() {
        closed = true;
        return new Reply(
                List.of(),
                List.of(),
                null,
                new SQLException("the connection was lost", "08006"),
                TransactionState.IDLE,
                true);
    }

    @Override
    public void abort() {
        if (!closed) {
            closed = true;
            backend.hangUp();
        }
    }

    @Override
    public TransactionState state() {
        return state;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public int backend() {
        return 1;
    }

    @Override
    public int answerLimit() {
        return answerLimit;
    }

    @Override
    public void answerLimit(int millis) {
        answerLimit = millis;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void readOnly(boolean wanted) {
        readOnly = wanted;
    }

    @Override
    public void cancel() {
        // The schedule cancels by itself.
    }

    @Override
    public Connection connection() {
        throw new UnsupportedOperationException("the protocol never needs it");
    }

    @Override
    public void close() {
        abort();
    }
}

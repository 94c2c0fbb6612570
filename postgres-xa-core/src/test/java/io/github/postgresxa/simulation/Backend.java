package io.github.postgresxa.simulation;

import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/** A server's process for one connection: its transaction, and the messages on their way to it. */
final class Backend {

    final Server server;
    final Deque<Message> inbox = new ArrayDeque<>();

    /** Set for the whole session, or by the running transaction. */
    boolean durable;

    private final Statements statements;
    private final int number;
    private boolean alive = true;
    private boolean hungUp;

    @Nullable
    Work work;

    /** A record that is written and waits for the standby, and what happens when the record has arrived. */
    private @Nullable Waiting waiting;

    private record Waiting(
            int position,
            LogRecord entry,
            String tag,
            @Nullable Work work) {}

    Backend(Server server, Ledger ledger) {
        this.server = server;
        this.durable = !server.lazy;
        this.statements = new Statements(this, server, ledger);
        server.backends.add(this);
        this.number = server.nextSession();
    }

    boolean isAlive() {
        return alive;
    }

    boolean isWaiting() {
        return waiting != null;
    }

    TransactionState state() {
        Work open = work;
        return open == null ? TransactionState.IDLE : open.failed ? TransactionState.FAILED : TransactionState.OPEN;
    }

    /** The client is gone. What it has sent still arrives; then the session ends. */
    void hangUp() {
        hungUp = true;
        inbox.forEach(m -> m.abandoned = true);
        if (inbox.isEmpty()) {
            die();
        }
    }

    /**
     * The session ends, and uncommitted work is rolled back. A commit that is written already stays, and becomes
     * visible.
     */
    void die() {
        if (!alive) {
            return;
        }
        alive = false;
        server.backends.remove(this);
        Waiting w = waiting;
        if (w != null && server.isUp()) {
            show(w);
        }
        endWork();
        for (Message message : inbox) {
            message.reply = lost(message);
        }
        inbox.clear();
    }

    private static Reply lost(Message message) {
        return new Reply(
                List.copyOf(message.tags),
                List.copyOf(message.results),
                null,
                new SQLException("the connection was lost", "08006"),
                TransactionState.IDLE,
                true);
    }

    /**
     * Executes the next statement of the first message. {@return whether anything moved: not if it waits for a lock
     * or for the standby}
     */
    boolean step() {
        Message message = inbox.peek();
        if (message == null) {
            return false;
        }
        Waiting w = waiting;
        if (w != null) {
            if (!server.isReplicated(w.position)) {
                return false;
            }
            show(w);
            message.tags.add(w.tag);
            message.next++;
            return finishIfDone(message);
        }
        try {
            if (!statements.execute(message)) {
                return false;
            }
            if (waiting == null) {
                message.next++;
                message.firstRead = null;
            }
            return finishIfDone(message);
        } catch (SQLException e) {
            fail(message, e);
            return true;
        }
    }

    private boolean finishIfDone(Message message) {
        if (waiting == null && message.next >= message.statements.length) {
            reply(message, null, null);
        }
        return true;
    }

    /** An error ends the burst. An open transaction is failed from then on. */
    void fail(Message message, SQLException error) {
        Work open = work;
        if (open != null) {
            open.failed = true;
        }
        reply(message, error, null);
    }

    private void reply(Message message, @Nullable SQLException error, @Nullable SQLWarning missed) {
        message.reply =
                new Reply(List.copyOf(message.tags), List.copyOf(message.results), missed, error, state(), false);
        inbox.remove(message);
        if (hungUp && inbox.isEmpty()) {
            die();
        }
    }

    /**
     * A person cancels the wait for the standby. The result is success with a warning or, a moment earlier, an
     * error although the work is committed.
     */
    void cancelWait(boolean asError) {
        Waiting w = waiting;
        Message message = inbox.peek();
        if (w == null || message == null) {
            return;
        }
        show(w);
        if (asError) {
            reply(message, new SQLException("canceling statement due to user request", "57014"), null);
        } else {
            message.tags.add(w.tag);
            reply(message, null, new SQLWarning("canceling wait for synchronous replication"));
        }
    }

    /** A wait for a row's lock is over. */
    boolean timeOutLock() {
        Message message = inbox.peek();
        Work open = work;
        if (message == null || waiting != null || open == null || !open.lockTimeout || message.next == 0) {
            return false;
        }
        fail(message, new SQLException("canceling statement due to lock timeout", "55P03"));
        return true;
    }

    // ---- what statements do

    void begin() {
        if (work == null) {
            work = new Work();
            work.durable = durable;
            server.running.add(work);
        }
    }

    Work transaction() throws SQLException {
        Work open = work;
        if (open == null) {
            throw new SQLException("there is no transaction", "25P01");
        }
        return open;
    }

    void endWork() {
        Work open = work;
        if (open != null) {
            server.running.remove(open);
            work = null;
        }
    }

    /** Writes the record and shows it, at once or when the standby has it. */
    void write(LogRecord entry, String tag, boolean durably, Message message) {
        int position = server.write(entry, durably);
        Waiting w = new Waiting(position, entry, tag, work);
        if (entry.kind() != LogRecord.Kind.COMMIT && entry.kind() != LogRecord.Kind.PREPARE) {
            server.busy.add(entry.gid());
        }
        if (entry.kind() == LogRecord.Kind.PREPARE) {
            // Listed already while it waits for the standby.
            server.data.apply(entry);
            server.busy.add(entry.gid());
        }
        if (!durably || server.isReplicated(position)) {
            show(w);
            message.tags.add(tag);
        } else {
            waiting = w;
        }
    }

    private void show(Waiting w) {
        waiting = null;
        if (w.entry.kind() != LogRecord.Kind.PREPARE) {
            server.data.apply(w.entry);
            statements.shown(w.entry);
        }
        server.busy.remove(w.entry.gid());
        Work done = w.work;
        if (done != null) {
            server.running.remove(done);
            if (work == done) {
                work = null;
            }
        }
    }

    @Override
    public String toString() {
        Message message = inbox.peek();
        return "session " + number + " "
                + (message == null ? server + " idle" : message)
                + (waiting == null ? "" : " (waits for the standby)");
    }
}

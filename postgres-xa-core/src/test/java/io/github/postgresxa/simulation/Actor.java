package io.github.postgresxa.simulation;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A process of the system: a coordinator or a recoverer, or another thread of one. Each actor has its own thread, but
 * only one thread of a schedule runs at any time. While an actor waits, its thread goes on with the schedule until an
 * actor's turn comes. So a seed determines everything.
 */
final class Actor {

    private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

    private final Semaphore turn = new Semaphore(0);
    private final String name;
    private final Schedule schedule;
    private final @Nullable Actor process;
    private boolean finished;
    private boolean killed;

    /** The process does nothing until this step. */
    int pausedUntil;

    @Nullable
    Message waitingFor;

    Actor(String name, Schedule schedule, Executor threads, Runnable body) {
        this(name, schedule, threads, null, body);
    }

    /** @param process the first thread of the process; null for the first thread itself */
    Actor(String name, Schedule schedule, Executor threads, @Nullable Actor process, Runnable body) {
        this.name = name;
        this.schedule = schedule;
        this.process = process;
        threads.execute(() -> live(body));
    }

    static Actor current() {
        Actor actor = CURRENT.get();
        if (actor == null) {
            throw new IllegalStateException("only an actor sends messages");
        }
        return actor;
    }

    private void live(Runnable body) {
        CURRENT.set(this);
        try {
            awaitTurn();
            body.run();
        } catch (RuntimeException | Error e) {
            if (!killed) {
                schedule.fail(e instanceof Violation seen ? seen : new IllegalStateException(name + " failed", e));
            }
        } finally {
            finished = true;
            CURRENT.remove();
            schedule.goOn(this);
        }
    }

    /** It is this actor's turn. */
    void resume() {
        turn.release();
    }

    /** Gives the others their turn. */
    void pause() {
        refuseIfKilled();
        if (!schedule.goOn(this)) {
            awaitTurn();
        }
        refuseIfKilled();
    }

    private void awaitTurn() {
        turn.acquireUninterruptibly();
        refuseIfKilled();
    }

    private void refuseIfKilled() {
        if (killed) {
            throw new Killed();
        }
    }

    /** A message of this actor is on its way. */
    void sends(Message message) {
        schedule.sends(this, message);
    }

    /** {@return the first thread of its process} */
    Actor process() {
        return process == null ? this : process;
    }

    /** The process dies: it does nothing any more. Its thread is unwound when the schedule has ended. */
    void kill() {
        killed = true;
    }

    boolean isOver() {
        return finished || killed;
    }

    boolean isFinished() {
        return finished;
    }

    boolean canRun() {
        Message message = waitingFor;
        return !isOver() && (message == null || message.reply != null || message.silenced);
    }

    @Override
    public String toString() {
        Message message = waitingFor;
        return name
                + (killed ? " (killed)" : finished ? " (finished)" : "")
                + (message == null ? "" : " waiting for " + message);
    }

    /** Unwinds the thread of a process that was killed. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }
}

package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.fault.SocketMoment;
import io.github.postgresxa.test.fault.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** What happens at a crash point. Where the message was executed, its reply is lost. */
enum Strike {
    KILL_APPLICATION("SIGKILL the application"),
    KILL_NODE("SIGKILL the node"),
    RESTART_NODE("immediate restart of the node"),
    KILL_BACKEND("SIGKILL one backend"),
    RESET("connection reset"),
    BLACK_HOLE("black hole, %d ms".formatted(Pace.SILENCE.toMillis())),
    PAUSE_NODE("SIGSTOP the node, %d ms".formatted(Pace.PAUSE.toMillis())),
    END_SESSION("pg_terminate_backend"),
    DRIVER_ERROR("the driver breaks: Error"),
    DRIVER_EXCEPTION("the driver breaks: RuntimeException");

    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    private final String title;

    Strike(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** A login has no session yet that could be ended. */
    boolean fits(Point point) {
        return !point.isLogin() || (this != KILL_BACKEND && this != END_SESSION);
    }

    /** {@return whether it strikes within the application, whose connection stays in order} */
    boolean isOfTheDriver() {
        return this == DRIVER_ERROR || this == DRIVER_EXCEPTION;
    }

    /** Strikes at the message of the scenario. */
    Blow arm(Arena arena, Scenario scenario) {
        return isOfTheDriver()
                ? arena.application()
                        .breakDriver(new DriverBreak(
                                scenario.point().address(), moment(scenario.position()), this == DRIVER_ERROR))
                : Blow.of(arm(arena, scenario.point().in(arena.plan()), scenario.position()), this, arena);
    }

    /** Between both kinds of exception, every moment. */
    private SocketMoment moment(Position position) {
        boolean error = this == DRIVER_ERROR;
        return switch (position) {
            case BEFORE_FORWARDING -> error ? SocketMoment.HALFWAY_WRITE : SocketMoment.BEFORE_WRITE;
            case AFTER_EXECUTED -> error ? SocketMoment.BEFORE_READ : SocketMoment.AFTER_WRITE;
            case AFTER_REPLY -> SocketMoment.AFTER_READ;
        };
    }

    private Fault arm(Arena arena, FaultPoint at, Position position) {
        return switch (this) {
            case DRIVER_ERROR, DRIVER_EXCEPTION ->
                throw new IllegalStateException(this + " is none of a proxy's faults");
            case RESET -> at.reset(position);
            case BLACK_HOLE ->
                call(arena, at, position, message -> arena.proxy(message).blackHole());
            case PAUSE_NODE ->
                call(arena, at, position, message -> arena.node(message).pause());
            case KILL_APPLICATION -> call(arena, at, position, message -> arena.killApplication());
            case KILL_NODE ->
                andLoseReply(arena, at, position, message -> arena.node(message).kill());
            case RESTART_NODE -> andLoseReply(arena, at, position, message -> quit(arena.node(message)));
            case KILL_BACKEND -> andLoseReply(arena, at, position, Strike::killBackend);
            case END_SESSION -> andLoseReply(arena, at, position, message -> endSession(arena.node(message), message));
        };
    }

    private static Fault call(Arena arena, FaultPoint at, Position position, Consumer<WireMessage> what) {
        return at.call(position, message -> arena.strike(() -> what.accept(message)));
    }

    private static Fault andLoseReply(Arena arena, FaultPoint at, Position position, Consumer<WireMessage> what) {
        Fault fault = call(arena, at, position, what);
        if (position == Position.AFTER_EXECUTED) {
            at.loseReply();
        }
        return fault;
    }

    /** Brings everything back but a killed application. */
    void heal(Arena arena, WireMessage message) throws InterruptedException {
        switch (this) {
            case KILL_NODE, RESTART_NODE -> arena.node(message).start();
            case BLACK_HOLE -> {
                TimeUnit.MILLISECONDS.sleep(Pace.SILENCE.toMillis());
                arena.proxy(message).heal();
            }
            case PAUSE_NODE -> {
                TimeUnit.MILLISECONDS.sleep(Pace.PAUSE.toMillis());
                arena.node(message).resume();
            }
            case KILL_APPLICATION, KILL_BACKEND, RESET, END_SESSION, DRIVER_ERROR, DRIVER_EXCEPTION -> {
                return; // Nothing to bring back: a server restarts its backends by itself.
            }
        }
    }

    private static void endSession(PostgresNode node, WireMessage message) {
        node.count("select pg_terminate_backend(?, ?)::int", message.backend(), END_LIMIT.toMillis());
    }

    private static void killBackend(WireMessage message) {
        ProcessHandle.of(message.backend()).ifPresent(backend -> {
            backend.destroyForcibly();
            awaitEnd(backend);
        });
    }

    /** An immediate shutdown: all sessions end at once and nothing is written any more. */
    private static void quit(PostgresNode node) {
        Path pidFile = node.dataDirectory().orElseThrow().resolve("postmaster.pid");
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                    .start()
                    .onExit()
                    .join();
            ProcessHandle.of(pid).ifPresent(Strike::awaitEnd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("process %d does not end".formatted(process.pid()), e);
        }
    }
}

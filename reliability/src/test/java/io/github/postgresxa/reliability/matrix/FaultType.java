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
enum FaultType {
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

    FaultType(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** A login has no session yet that could be terminated. */
    boolean fits(Point point) {
        return !point.isLogin() || (this != KILL_BACKEND && this != END_SESSION);
    }

    /** {@return whether it strikes inside the application, whose connection stays in order} */
    boolean isOfTheDriver() {
        return this == DRIVER_ERROR || this == DRIVER_EXCEPTION;
    }

    /** Strikes at the message of the scenario. */
    ArmedFault arm(TestBed bed, Scenario scenario) {
        return isOfTheDriver()
                ? bed.application()
                        .breakDriver(new DriverBreak(
                                scenario.point().address(), moment(scenario.position()), this == DRIVER_ERROR))
                : ArmedFault.of(arm(bed, scenario.point().in(bed.plan()), scenario.position()), this, bed);
    }

    /** Alternates between both kinds of exception and all moments. */
    private SocketMoment moment(Position position) {
        boolean error = this == DRIVER_ERROR;
        return switch (position) {
            case BEFORE_FORWARDING -> error ? SocketMoment.HALFWAY_WRITE : SocketMoment.BEFORE_WRITE;
            case AFTER_EXECUTED -> error ? SocketMoment.BEFORE_READ : SocketMoment.AFTER_WRITE;
            case AFTER_REPLY -> SocketMoment.AFTER_READ;
        };
    }

    private Fault arm(TestBed bed, FaultPoint at, Position position) {
        return switch (this) {
            case DRIVER_ERROR, DRIVER_EXCEPTION ->
                throw new IllegalStateException(this + " is none of a proxy's faults");
            case RESET -> at.reset(position);
            case BLACK_HOLE ->
                call(bed, at, position, message -> bed.proxy(message).blackHole());
            case PAUSE_NODE ->
                call(bed, at, position, message -> bed.node(message).pause());
            case KILL_APPLICATION -> call(bed, at, position, message -> bed.killApplication());
            case KILL_NODE ->
                andLoseReply(bed, at, position, message -> bed.node(message).kill());
            case RESTART_NODE -> andLoseReply(bed, at, position, message -> quit(bed.node(message)));
            case KILL_BACKEND -> andLoseReply(bed, at, position, FaultType::killBackend);
            case END_SESSION -> andLoseReply(bed, at, position, message -> endSession(bed.node(message), message));
        };
    }

    private static Fault call(TestBed bed, FaultPoint at, Position position, Consumer<WireMessage> what) {
        return at.call(position, message -> bed.strike(() -> what.accept(message)));
    }

    private static Fault andLoseReply(TestBed bed, FaultPoint at, Position position, Consumer<WireMessage> what) {
        Fault fault = call(bed, at, position, what);
        if (position == Position.AFTER_EXECUTED) {
            at.loseReply();
        }
        return fault;
    }

    /** Restores everything except a killed application. */
    void heal(TestBed bed, WireMessage message) throws InterruptedException {
        switch (this) {
            case KILL_NODE, RESTART_NODE -> bed.node(message).start();
            case BLACK_HOLE -> {
                TimeUnit.MILLISECONDS.sleep(Pace.SILENCE.toMillis());
                bed.proxy(message).heal();
            }
            case PAUSE_NODE -> {
                TimeUnit.MILLISECONDS.sleep(Pace.PAUSE.toMillis());
                bed.node(message).resume();
            }
            case KILL_APPLICATION, KILL_BACKEND, RESET, END_SESSION, DRIVER_ERROR, DRIVER_EXCEPTION -> {
                return; // Nothing to restore: a server restarts its backends by itself.
            }
        }
    }

    private static void endSession(PostgresNode node, WireMessage message) {
        node.queryForLong("select pg_terminate_backend(?, ?)::int", message.backend(), END_LIMIT.toMillis());
    }

    private static void killBackend(WireMessage message) {
        ProcessHandle.of(message.backend()).ifPresent(backend -> {
            backend.destroyForcibly();
            awaitEnd(backend);
        });
    }

    /** An immediate shutdown: all sessions end at once and nothing more is written. */
    private static void quit(PostgresNode node) {
        Path pidFile = node.dataDirectory().orElseThrow().resolve("postmaster.pid");
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                    .start()
                    .onExit()
                    .join();
            ProcessHandle.of(pid).ifPresent(FaultType::awaitEnd);
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

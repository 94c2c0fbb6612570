package io.github.postgresxa.test.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts a server on a data directory, whatever the last process left there. */
record Launch(String name, DataDirectory data, ServerSettings settings) {
    static final String LOOPBACK = "127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Backends may outlive their killed postmaster for a moment. Until the last one is gone the data is in use. */
    private static final String STILL_IN_USE = "pre-existing shared memory block";

    /** {@return the port on which the server answers now: the requested one, if any} */
    int start(int wantedPort) {
        var deadline = Deadline.in(LIMIT);
        data.createIfMissing();
        Postmaster.of(data.path()).ifPresent(Postmaster::thaw);
        for (var survivor = Postmaster.of(data.path()); survivor.isPresent(); survivor = Postmaster.of(data.path())) {
            if (!hasOurSettings(wantedPort)) {
                survivor.get().shutDown();
            } else if (answersForOurData(survivor.get())) {
                return survivor.get().port();
            } else if (deadline.isOver()) {
                throw new IllegalStateException("node '%s': process %d runs on %s but does not answer. Its log is %s"
                        .formatted(name, survivor.get().process().pid(), data.path(), data.log()));
            }
            Deadline.poll();
        }
        Postmaster.forgetDead(data.path());
        return launch(wantedPort, deadline);
    }

    private boolean hasOurSettings(int wantedPort) {
        int port = wantedPort == Server.ANY_PORT ? data.rememberedPort().orElse(wantedPort) : wantedPort;
        return data.settings().equals(file(port));
    }

    /**
     * The pid file names a process and a port. Only the server itself can confirm that it belongs to this directory.
     */
    private boolean answersForOurData(Postmaster survivor) {
        var url =
                "jdbc:postgresql://%s:%d/postgres?loginTimeout=5&socketTimeout=5".formatted(LOOPBACK, survivor.port());
        try (var connection = Login.connect(url, DataDirectory.SUPERUSER, DataDirectory.SUPERUSER);
                var answer = connection.createStatement().executeQuery("show data_directory")) {
            return answer.next() && Files.isSameFile(Path.of(answer.getString(1)), data.path());
        } catch (SQLException | IOException notYet) {
            return false;
        }
    }

    private int launch(int wantedPort, Deadline deadline) {
        while (true) {
            int port = wantedPort == Server.ANY_PORT ? choosePort() : wantedPort;
            data.write(file(port));
            long logged = data.logSize();
            try {
                Command.run(pgCtlStart());
                return port;
            } catch (IllegalStateException e) {
                var log = data.logAfter(logged);
                boolean lostThePort = wantedPort == Server.ANY_PORT && !FreePort.isFree(port);
                if (deadline.isOver() || !(lostThePort || log.contains(STILL_IN_USE))) {
                    throw new IllegalStateException(
                            "node '%s' did not start on port %d with %s. It logged:%n%s"
                                    .formatted(name, port, data.path(), log),
                            e);
                }
                Deadline.poll();
            }
        }
    }

    private int choosePort() {
        var remembered = data.rememberedPort();
        return remembered.isPresent() && FreePort.isFree(remembered.getAsInt())
                ? remembered.getAsInt()
                : FreePort.any();
    }

    /**
     * {@code pg_ctl} takes the server out of our process group, so that Ctrl-C in a terminal does not end it before
     * us.
     */
    private List<String> pgCtlStart() {
        return Command.unprivileged(List.of(
                Binaries.program("pg_ctl"),
                "start",
                "--wait",
                "--timeout=" + LIMIT.toSeconds(),
                "--silent",
                "--pgdata=" + data.path(),
                "--log=" + data.log()));
    }

    private String file(int port) {
        return settings.and(Map.of(
                        "port", Integer.toString(port), "listen_addresses", LOOPBACK, "unix_socket_directories", ""))
                .asFile();
    }
}

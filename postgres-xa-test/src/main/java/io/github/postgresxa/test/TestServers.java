package io.github.postgresxa.test;

import io.github.postgresxa.test.container.ContainerServer;
import io.github.postgresxa.test.server.RunDirectory;
import io.github.postgresxa.test.server.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers of this JVM, started once and used by one test class after the other. */
final class TestServers {
    private static final String KIND = "postgres.xa.test.nodes";

    /** A server with other settings is another server. */
    private record Key(String name, List<String> settings) {}

    private static final Map<Key, Server> SERVERS = new ConcurrentHashMap<>();
    private static final Set<Server> COPIES = ConcurrentHashMap.newKeySet();
    private static @Nullable RunDirectory run;

    private TestServers() {}

    /** {@return the server, running and answering, whatever the last test did to it} */
    static Server running(String name, List<String> settings) {
        var server = SERVERS.computeIfAbsent(new Key(name, settings), TestServers::create);
        server.resume();
        server.start();
        return server;
    }

    private static Server create(Key key) {
        var kind = System.getProperty(KIND, "embedded");
        return switch (kind) {
            case "embedded" -> embedded(key);
            case "testcontainers" -> container(key);
            default ->
                throw new IllegalStateException(
                        "the system property %s is '%s': it can be embedded or testcontainers".formatted(KIND, kind));
        };
    }

    private static Server embedded(Key key) {
        return Server.embedded(key.name(), runDirectory().dataDirectory(key.name()), Server.ANY_PORT, key.settings());
    }

    /** {@return a new server, not started yet, whose data the caller puts into the directory that it receives} */
    static Server onCopy(String name, List<String> settings, Consumer<Path> data) {
        var directory = runDirectory().dataDirectory(name);
        data.accept(directory);
        var server = Server.embedded(name, directory, Server.ANY_PORT, settings);
        COPIES.add(server);
        return server;
    }

    /** Ends such a server for good and deletes its data. */
    static void discard(Server copy) {
        copy.resume();
        copy.discard();
        COPIES.remove(copy);
        copy.dataDirectory().ifPresent(RunDirectory::forget);
    }

    private static synchronized RunDirectory runDirectory() {
        if (run == null) {
            var opened = RunDirectory.open();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(opened), "postgres-xa-test-end"));
            run = opened;
        }
        return run;
    }

    private static void end(RunDirectory opened) {
        Stream.concat(SERVERS.values().stream(), COPIES.stream()).parallel().forEach(Server::discard);
        opened.delete();
    }

    /** Testcontainers' reaper ends the containers. Without this property its classes are never loaded. */
    private static Server container(Key key) {
        try {
            return new ContainerServer(key.name(), key.settings());
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "nodes in containers need org.testcontainers:testcontainers-postgresql 2.x on the class path", e);
        }
    }
}

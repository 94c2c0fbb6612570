package io.github.postgresxa.cdi.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An application with all of its libraries in a class loader of its own, as in a server, and what stays of it. */
@PostgresNodes({"east", "west"})
class UndeployIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** On a busy machine. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @Test
    void leavesNoThreadAndNoClassLoader(PostgresNode east, PostgresNode west) throws Exception {
        Map<String, String> properties = properties(east, west);
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        ExecutorService ofServer = Executors.newSingleThreadExecutor();
        ofServer.submit(() -> {}).get();
        before.addAll(Thread.getAllStackTraces().keySet());

        System.setProperty("pgjdbc.config.cleanup.thread.ttl", "100"); // The driver's own thread, 30 s by default.
        WeakReference<ClassLoader> loader;
        try {
            loader = live(properties, ofServer, classPath());
        } finally {
            System.clearProperty("pgjdbc.config.cleanup.thread.ttl");
        }

        awaitThat(AT_ONCE, () -> since(before).stream().noneMatch(name -> name.startsWith("postgres-xa")));
        assertThat(since(before)).noneMatch(name -> name.startsWith("postgres-xa"));
        replaceLastRecord();
        awaitThat(LIMIT, () -> {
            System.gc();
            return loader.get() == null && since(before).isEmpty();
        });
        ofServer.shutdown();
        assertThat(since(before)).isEmpty();
        assertThat(loader.get()).isNull();
    }

    /** A server need not have them, and an application seldom brings them. */
    @Test
    void runsWithoutMicrometerAndMicroProfileHealth(PostgresNode east, PostgresNode west) throws Exception {
        URL[] without = Stream.of(classPath())
                .filter(url ->
                        !url.getPath().contains("micrometer") && !url.getPath().contains("microprofile-health"))
                .toArray(URL[]::new);
        assertThat(without).hasSizeLessThan(classPath().length - 1);
        ExecutorService ofServer = Executors.newSingleThreadExecutor();
        live(properties(east, west), ofServer, without);
        ofServer.shutdown();
    }

    private static Map<String, String> properties(PostgresNode... nodes) throws SQLException {
        Map<String, String> properties = new HashMap<>();
        for (PostgresNode node : nodes) {
            try (Connection connection = node.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("drop table if exists account");
                statement.execute("create table account as select 100 as balance");
            }
            String prefix = "postgres.xa.nodes." + node.name() + ".";
            properties.put(prefix + "url", node.jdbcUrl());
            properties.put(prefix + "username", node.username());
            properties.put(prefix + "password", node.password());
        }
        return properties;
    }

    /** Deploys, uses and ends it, on a thread that ends, too. */
    @SuppressWarnings("unchecked")
    private static WeakReference<ClassLoader> live(
            Map<String, String> properties, ExecutorService ofServer, URL[] classPath) throws Exception {
        URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
        BiConsumer<Map<String, String>, ExecutorService> life =
                (BiConsumer<Map<String, String>, ExecutorService>) loader.loadClass(ApplicationLife.class.getName())
                        .getDeclaredConstructor()
                        .newInstance();
        List<Throwable> failure = new ArrayList<>();
        Thread deployer = new Thread(() -> life.accept(properties, ofServer), "deployer");
        deployer.setContextClassLoader(loader);
        deployer.setUncaughtExceptionHandler((thread, e) -> failure.add(e));
        deployer.start();
        deployer.join();
        assertThat(failure).isEmpty();
        loader.close();
        return new WeakReference<>(loader);
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** The JDK remembers one type of a component of the last record that was compared, and with it a class loader. */
    private record Compared(Duration first, Path second) {}

    private static void replaceLastRecord() {
        Compared one = new Compared(LIMIT, Path.of("one"));
        assertThat(one.equals(new Compared(LIMIT, Path.of("one")))).isTrue();
        assertThat(one.hashCode()).isNotZero();
        assertThat(one.toString()).isNotEmpty();
    }

    /** Threads but those of the JDK's pool, which Weld uses and nothing of an application keeps. */
    private static Set<String> since(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .filter(name -> !name.startsWith("ForkJoinPool.commonPool-"))
                .collect(Collectors.toSet());
    }

    private static void awaitThat(Duration limit, BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (!condition.getAsBoolean() && Instant.now().isBefore(end)) {
            Thread.sleep(50);
        }
    }
}

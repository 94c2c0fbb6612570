package io.github.postgresxa.samples.jakarta.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server of Jakarta EE, as a child process that listens on loopback only. Deployments survive its end.
 *
 * <p>One server runs for all tests of the JVM. It ends with the JVM, whatever became of the tests.
 */
public abstract class Server {

    /** Starting and deploying may take long on a busy machine. */
    protected static final Duration LIMIT = Duration.ofMinutes(10);

    private static Server only;

    private final Path home;
    private final Path logs;
    private volatile Process process;
    private volatile Path log;
    private boolean ended;

    Server(Path home) {
        this.home = home;
        this.logs = home.resolveSibling("server-logs");
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    }

    /** {@return the server of this build, which runs} */
    public static synchronized Server running() {
        if (only == null) {
            Path home = Path.of(System.getProperty("bank.server.home"));
            String name = System.getProperty("bank.server");
            only = switch (name) {
                case "WildFly" -> new WildFly(home);
                default -> throw new IllegalArgumentException("no such server: " + name);
            };
        }
        only.start();
        return only;
    }

    /** {@return its name in the table of servers} */
    public String name() {
        return getClass().getSimpleName();
    }

    /** {@return why a feature cannot be tested here; empty if it can} */
    public abstract Optional<String> lacks(Feature feature);

    /** {@return the broker, where there is {@link Feature#JMS}} */
    public Broker broker() {
        throw new IllegalStateException("no broker");
    }

    /** {@return properties that a persistence unit needs here} */
    public String persistenceProperties() {
        return "";
    }

    /** {@return the JNDI name of a node's data source, where there is {@link Feature#CONTAINER_MANAGED_JPA}} */
    public String jndiName(String node) {
        throw new IllegalStateException("no node is in JNDI");
    }

    /** Lets an application use the libraries that the server has, where there is that feature. */
    public void useSharedLibraries(War war) {
        throw new IllegalStateException("no shared libraries");
    }

    /** {@return where applications answer, with a slash at the end; each has its file's name as path} */
    public abstract URI http();

    /** {@return where MicroProfile Health answers} */
    public abstract URI health();

    /** {@return the command that runs it} */
    protected abstract List<String> command();

    /** {@return whether its output says that it has started, with all that is deployed} */
    protected abstract boolean saysStarted(String output);

    /** Brings an application into the server that runs, or replaces it. */
    protected abstract void copy(War war) throws IOException;

    /** {@return whether the last {@link #copy} has come to its end} */
    protected abstract boolean isDeployed(String name) throws DeploymentRefusedException;

    /** Takes an application out of the server, whether it runs or not. */
    protected abstract void remove(String name) throws IOException;

    protected abstract boolean isRemoved(String name);

    /** The tests may still run while the JVM ends: they start nothing then. */
    private void end() {
        synchronized (this) {
            ended = true;
        }
        kill();
    }

    /** Starts it, with all that is deployed. Does nothing if it runs. */
    public final void start() {
        if (isRunning()) {
            return;
        }
        launch();
        Wait.atMost(LIMIT, () -> !process.isAlive() || saysStarted(log()), () -> name() + " does not start: " + log());
        if (!process.isAlive()) {
            throw new AssertionError(name() + " has ended: " + log());
        }
    }

    private synchronized void launch() {
        if (ended) {
            throw new IllegalStateException("the tests have ended");
        }
        try {
            Files.createDirectories(logs);
            log = Files.createTempFile(logs, name() + "-", ".log");
            process = new ProcessBuilder(command())
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deploys an application, and waits until it runs.
     *
     * @throws DeploymentRefusedException if the server refuses it
     */
    public final void deploy(War war) throws DeploymentRefusedException {
        try {
            copy(war);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!isDeployed(war.name())) {
            if (System.nanoTime() - end > 0 || !process.isAlive()) {
                throw new AssertionError(war.name() + " is not deployed: " + log());
            }
            Wait.aMoment();
        }
    }

    /** Takes an application out. If the server runs, it is gone then. */
    public final void undeploy(String name) {
        try {
            remove(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (isRunning()) {
            Wait.atMost(LIMIT, () -> isRemoved(name), () -> name + " is not undeployed: " + log());
        }
    }

    /** Ends it with SIGKILL. */
    public final void kill() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd();
        }
    }

    /** Ends it in order. */
    public final void stop() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name() + " does not end: " + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** {@return what it has written since it was started} */
    public final String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the answer of the JDK's {@code jcmd} about it} */
    public final String jcmd(String... command) {
        List<String> words = new ArrayList<>(List.of(java("jcmd"), Long.toString(process.pid())));
        words.addAll(List.of(command));
        return run(words);
    }

    protected final boolean isRunning() {
        return process != null && process.isAlive();
    }

    protected final Path home() {
        return home;
    }

    protected static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    protected final String run(List<String> command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
            builder.environment().put("JBOSS_HOME", home.toString());
            Process once = builder.start();
            String output = new String(once.getInputStream().readAllBytes());
            if (once.waitFor() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}

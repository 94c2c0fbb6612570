package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application whose class path lacks the transaction manager, or has the wrong one, is not started, and reads which
 * dependency it needs.
 */
class ManagerJarTests {

    private static final String ATOMIKOS = "com/atomikos/";
    private static final String NARAYANA = "org/jboss/narayana/";

    private static final String STARTED = "it started";

    @TempDir
    private Path folder;

    /** {@return the message of the refusal to start with the jars of these tests that are wanted, and further ones} */
    private static String refusal(Predicate<String> wanted, Path... further) throws Exception {
        return refusal("AUTO", wanted, further);
    }

    private static String refusal(String manager, Predicate<String> wanted, Path... further) throws Exception {
        List<URL> urls = new ArrayList<>();
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> wanted.test(entry.replace(File.separatorChar, '/')))
                .map(Path::of)
                .forEach(entry -> urls.add(url(entry)));
        Stream.of(further).forEach(entry -> urls.add(url(entry)));
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Object builder = loader.loadClass("io.github.postgresxa.PostgresXa")
                    .getMethod("builder")
                    .invoke(null);
            Class<?> type = builder.getClass();
            type.getMethod("node", String.class, String.class, String.class, String.class)
                    .invoke(builder, "east", "jdbc:postgresql://localhost:1/nowhere", "bank", "secret");
            Class<?> kind = loader.loadClass("io.github.postgresxa.ManagerKind");
            type.getMethod("transactionManager", kind)
                    .invoke(builder, kind.getMethod("valueOf", String.class).invoke(null, manager));
            ((AutoCloseable) type.getMethod("build").invoke(builder)).close();
            return STARTED;
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            assertThat(cause.getClass().getSimpleName()).as("%s", cause).isEqualTo("InvalidConfigurationException");
            return String.valueOf(cause.getMessage());
        }
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String version() throws Exception {
        return version("atomikos");
    }

    private static String version(String product) throws Exception {
        return Files.readString(Path.of("..", "pom.xml"))
                .replaceFirst("(?s).*<" + product + ".version>(.*?)</" + product + ".version>.*", "$1");
    }

    private static void namesTheDependency(String message) throws Exception {
        String version = version();
        assertThat(message)
                .contains("<artifactId>transactions-jta</artifactId>")
                .contains("<version>" + version + "</version>")
                .contains("<classifier>jakarta</classifier>")
                .contains("com.atomikos:transactions-jta:" + version + ":jakarta");
    }

    @Test
    void theBillOfMaterialsHasTheVersionOfThisBuild() throws Exception {
        assertThat(Files.readString(Path.of("..", "postgres-xa-bom", "pom.xml")))
                .containsPattern("<artifactId>transactions-jta</artifactId>\\s*<version>" + version() + "</version>"
                        + "\\s*<classifier>jakarta</classifier>")
                .containsPattern(
                        "<artifactId>narayana-jta</artifactId>\\s*<version>" + version("narayana") + "</version>")
                .containsPattern("<artifactId>jboss-transaction-spi</artifactId>\\s*<version>"
                        + version("jboss-transaction-spi") + "</version>");
    }

    @Test
    void withoutAtomikos() throws Exception {
        String message = refusal(entry -> !entry.contains(ATOMIKOS) && !entry.contains(NARAYANA));
        assertThat(message).contains("Atomikos is not on the class path", "builder().transactionManager");
        namesTheDependency(message);
    }

    /** What is in the jar without the classifier: the same classes for the other package. */
    @Test
    void withTheJarForJavax() throws Exception {
        Path interfaces =
                compiled("javax.transaction.TransactionManager", "public interface TransactionManager {}", folder);
        Path atomikos = compiled(
                "com.atomikos.icatch.jta.UserTransactionManager",
                "public class UserTransactionManager implements javax.transaction.TransactionManager {}",
                interfaces);
        for (Path[] further : new Path[][] {{atomikos}, {atomikos, interfaces}}) {
            String message = refusal(entry -> !entry.contains(ATOMIKOS) && !entry.contains(NARAYANA), further);
            assertThat(message).contains("is the one for javax.transaction").contains(atomikos.toString());
            namesTheDependency(message);
        }
    }

    @Test
    void withHalfOfAtomikos() throws Exception {
        for (String missing :
                List.of(ATOMIKOS + "transactions/", ATOMIKOS + "transactions-api/", ATOMIKOS + "atomikos-util/")) {
            String message = refusal(entry -> !entry.contains(missing) && !entry.contains(NARAYANA));
            assertThat(message).as(missing).contains("Atomikos", "cannot be");
            namesTheDependency(message);
        }
    }

    @Test
    void narayanaNeedsNoAtomikosAndIsTakenWhereItIs() throws Exception {
        assertThat(refusal(entry -> !entry.contains(ATOMIKOS))).isEqualTo(STARTED);
    }

    @Test
    void narayanaThatIsNotThere() throws Exception {
        String message = refusal("NARAYANA", entry -> !entry.contains(NARAYANA));
        assertThat(message).contains("Narayana", "not on the class path", "postgres.xa.transaction-manager");
        namesNarayana(message);
    }

    @Test
    void withHalfOfNarayana() throws Exception {
        for (String missing : List.of("org/jboss/logging/", "org/jboss/jboss-transaction-spi/")) {
            String message = refusal(entry -> !entry.contains(missing));
            assertThat(message).as(missing).contains("Narayana", "cannot be started");
            namesNarayana(message);
            assertThat(refusal("ATOMIKOS", entry -> !entry.contains(missing))).isEqualTo(STARTED);
        }
    }

    private static void namesNarayana(String message) throws Exception {
        assertThat(message)
                .contains("<artifactId>narayana-jta</artifactId>", "<artifactId>jboss-logging</artifactId>")
                .contains("org.jboss.narayana.jta:narayana-jta:" + version("narayana"))
                .contains("org.jboss:jboss-transaction-spi:" + version("jboss-transaction-spi"));
    }

    private Path compiled(String name, String body, Path classPath) throws Exception {
        int dot = name.lastIndexOf('.');
        Path sources = Files.createDirectories(folder.resolve("src-" + name.substring(dot + 1) + name.length()));
        Path classes = Files.createDirectories(folder.resolve("classes-" + name));
        Path source = sources.resolve(name.substring(dot + 1) + ".java");
        Files.writeString(source, "package %s; %s".formatted(name.substring(0, dot), body));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        classPath.toString(),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(result).isZero();
        return classes;
    }
}

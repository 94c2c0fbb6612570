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

    @TempDir
    private Path folder;

    /** {@return the message of the refusal to start with the jars of these tests that are wanted, and further ones} */
    private static String refusal(Predicate<String> wanted, Path... further) throws Exception {
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
            type.getMethod("build").invoke(builder);
            throw new AssertionError("it started");
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
        return Files.readString(Path.of("..", "pom.xml"))
                .replaceFirst("(?s).*<atomikos.version>(.*?)</atomikos.version>.*", "$1");
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
                        + "\\s*<classifier>jakarta</classifier>");
    }

    @Test
    void withoutAtomikos() throws Exception {
        String message = refusal(entry -> !entry.contains(ATOMIKOS));
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
            String message = refusal(entry -> !entry.contains(ATOMIKOS), further);
            assertThat(message).contains("is the one for javax.transaction").contains(atomikos.toString());
            namesTheDependency(message);
        }
    }

    @Test
    void withHalfOfAtomikos() throws Exception {
        for (String missing :
                List.of(ATOMIKOS + "transactions/", ATOMIKOS + "transactions-api/", ATOMIKOS + "atomikos-util/")) {
            String message = refusal(entry -> !entry.contains(missing));
            assertThat(message).as(missing).contains("Atomikos", "cannot be");
            namesTheDependency(message);
        }
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

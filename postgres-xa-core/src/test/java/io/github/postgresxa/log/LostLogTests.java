package io.github.postgresxa.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application in whose class loader SLF4J finds no provider, as in some servers. */
class LostLogTests {

    private static final Logger OF_SERVER = Logger.getLogger("io.github.postgresxa");

    private final List<LogRecord> said = new ArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            said.add(line);
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    @BeforeEach
    void listen() {
        OF_SERVER.addHandler(handler);
        OF_SERVER.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        OF_SERVER.removeHandler(handler);
        OF_SERVER.setUseParentHandlers(true);
    }

    private static void reportTwice(boolean withProvider, URL... further) throws Exception {
        List<URL> urls = new ArrayList<>(List.of(further));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (withProvider || !entry.contains("logback")) {
                urls.add(url(Path.of(entry)));
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> lost = loader.loadClass(LostLog.class.getName());
            lost.getMethod("report").invoke(null);
            lost.getMethod("report").invoke(null);
        }
    }

    private static URL url(Path entry) throws MalformedURLException {
        return entry.toUri().toURL();
    }

    @Test
    void isSaidOnceOnTheLogOfThePlatformWithWhatToAdd() throws Exception {
        reportTwice(false);

        assertThat(said).hasSize(1);
        assertThat(said.get(0).getLevel()).isEqualTo(Level.WARNING);
        assertThat(said.get(0).getMessage()).contains("every line is lost", "org.slf4j:slf4j-jdk14");
    }

    @Test
    void isNotSaidWhereThereIsALog() throws Exception {
        reportTwice(true);

        assertThat(said).isEmpty();
    }

    @Test
    void isNotSaidToThoseWhoChoseSilence(@TempDir Path folder) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("org.slf4j.spi.SLF4JServiceProvider"), Silent.class.getName());
        reportTwice(false, url(folder));

        assertThat(said).isEmpty();
    }

    /** What slf4j-nop does. */
    public static final class Silent extends org.slf4j.helpers.NOP_FallbackServiceProvider {}
}

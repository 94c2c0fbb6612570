package io.github.postgresxa.samples.jakarta.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** The WAR of the build under a name of its own, with what a test adds: classes that it calls, and settings. */
public final class War {

    private static final String CLASSES = "WEB-INF/classes/";
    private static final String CONFIGURATION = CLASSES + "META-INF/microprofile-config.properties";

    private final String name;
    private final Map<String, byte[]> added = new LinkedHashMap<>();
    private final Map<String, String> settings = new TreeMap<>();
    private boolean withoutLibraries;

    /** The bank, with a configuration that is still empty. */
    public War(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Sets a property of the configuration. */
    public War with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Adds a file. */
    public War file(String path, String content) {
        added.put(path, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Leaves out the libraries: the server has them. */
    War withoutLibraries() {
        withoutLibraries = true;
        return this;
    }

    /** Adds one class. */
    public War classFile(Class<?> one) {
        String path = one.getName().replace('.', '/') + ".class";
        try (InputStream in = one.getClassLoader().getResourceAsStream(path)) {
            added.put(CLASSES + path, in.readAllBytes());
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the classes of a package, without those below it. */
    public War classesBeside(Class<?> one) {
        try {
            Path root = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path directory = root.resolve(one.getPackageName().replace('.', '/'));
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".class")).toList()) {
                    added.put(CLASSES + root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                }
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes it. */
    Path file() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(added);
        entries.put(
                CONFIGURATION,
                settings.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.UTF_8));
        Path built = Path.of(System.getProperty("bank.war"));
        Path file = built.resolveSibling("wars").resolve(name + ".war");
        Files.createDirectories(file.getParent());
        try (InputStream in = Files.newInputStream(built);
                ZipInputStream from = new ZipInputStream(in);
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(file))) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                boolean left = withoutLibraries && entry.getName().startsWith("WEB-INF/lib/");
                if (!left && !entries.containsKey(entry.getName())) {
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    from.transferTo(to);
                }
            }
            for (var entry : entries.entrySet()) {
                to.putNextEntry(new ZipEntry(entry.getKey()));
                to.write(entry.getValue());
            }
        }
        return file;
    }
}

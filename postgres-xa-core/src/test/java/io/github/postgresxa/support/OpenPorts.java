package io.github.postgresxa.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ports on which this process listens, as Linux lists them. */
public final class OpenPorts {

    private static final String LISTENS = "0A";

    private OpenPorts() {}

    public static boolean areListed() {
        return Files.isReadable(Path.of("/proc/self/net/tcp"));
    }

    /** {@return the local addresses, in hexadecimal} */
    public static Set<String> now() throws IOException {
        Set<String> sockets = sockets();
        Set<String> found = new TreeSet<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path file = Path.of("/proc/self/net", table);
            if (Files.isReadable(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields.length > 9 && fields[3].equals(LISTENS) && sockets.contains(fields[9])) {
                        found.add(fields[1]);
                    }
                }
            }
        }
        return found;
    }

    private static Set<String> sockets() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(OpenPorts::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}

package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server reads the decision log, from the plans that {@code auto_explain} writes to its log. Needs the library
 * preloaded in every session.
 */
final class Plans {

    private static final Pattern READS = Pattern.compile(
            "((?:Parallel )?(?:Seq Scan|Tid Range Scan|Index Scan(?: Backward)? using \\w+|Index Only Scan using "
                    + "\\w+|Bitmap Index Scan)) on (?:pgxa\\.)?(decision\\w*)");

    private final PostgresNode node;
    private final Path log;
    private final long before;

    private Plans(PostgresNode node) throws IOException {
        this.node = node;
        Path data = node.dataDirectory().orElseThrow();
        this.log = data.resolveSibling(data.getFileName() + ".log");
        set("0");
        this.before = Files.size(log);
    }

    /** Starts to collect plans. */
    static Plans of(PostgresNode node) {
        try {
            return new Plans(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the ways in which the table was read since, and stops collecting} */
    String used() {
        set("-1");
        try {
            byte[] all = Files.readAllBytes(log);
            String text = new String(all, (int) before, (int) (all.length - before), StandardCharsets.UTF_8);
            Set<String> reads = new TreeSet<>();
            Matcher found = READS.matcher(text);
            while (found.find()) {
                reads.add(found.group(1) + (found.group(2).equals("decision") ? "" : " on " + found.group(2)));
            }
            return reads.isEmpty() ? "not at all" : String.join(", ", reads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void set(String duration) {
        node.execute("alter system set auto_explain.log_min_duration = " + duration, "select pg_reload_conf()");
        try {
            Thread.sleep(300); // Sessions read it at their next statement, once the server has notified them.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

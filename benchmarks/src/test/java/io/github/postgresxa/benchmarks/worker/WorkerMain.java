package io.github.postgresxa.benchmarks.worker;

import io.github.postgresxa.benchmarks.contender.Contender;
import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.contender.Setting;
import io.github.postgresxa.benchmarks.contender.Stack;
import io.github.postgresxa.benchmarks.work.Mix;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of one contender. A {@link Message} on standard input is a command; each gets one answer. It ends with
 * its standard input.
 */
final class WorkerMain {

    private final Stack stack;
    private @Nullable Contender contender;
    private List<Long> postmasters = List.of();

    private WorkerMain(Stack stack) {
        this.stack = stack;
    }

    /**
     * Runs until standard input ends.
     *
     * @param args a contender's id and a directory for what it keeps on disk
     */
    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        WorkerMain worker = new WorkerMain(Kind.of(args[0]).start(Files.createDirectories(Path.of(args[1]))));
        answers.println(Message.of(Message.OK)
                .with("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
                .line());
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = orders.readLine();
        while (line != null) {
            answers.println(worker.answer(Message.parse(line)).line());
            line = orders.readLine();
        }
        Runtime.getRuntime().exit(0);
    }

    private Message answer(Message order) {
        try {
            return obey(order);
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            return Message.of(Message.FAILED).with("why", e);
        }
    }

    private Message obey(Message order) throws Exception {
        return switch (order.word()) {
            case "open" -> {
                close();
                Setting setting = new Setting(
                        Setting.parse(order.value("nodes")),
                        (int) order.number("clients"),
                        Boolean.parseBoolean(order.value("quiet")));
                postmasters = setting.nodes().stream()
                        .map(Setting.Address::postmaster)
                        .toList();
                contender = stack.open(setting);
                yield Message.of(Message.OK);
            }
            case "run" ->
                slice(order, (int) order.number("clients"))
                        .run(Duration.ofMillis(order.number("runIn")), Duration.ofMillis(order.number("millis")))
                        .message();
            case "count" ->
                slice(order, 1).count((int) order.number("transactions")).message();
            case "close" -> {
                close();
                yield Message.of(Message.OK);
            }
            default -> throw new IllegalArgumentException("unknown order: " + order.word());
        };
    }

    private Slice slice(Message order, int clients) {
        Contender open = contender;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        return new Slice(open, Mix.parse(order.value("mix")), clients, postmasters, order.number("seed"));
    }

    private void close() throws Exception {
        Contender open = contender;
        contender = null;
        if (open != null) {
            open.close();
        }
    }
}

package io.github.postgresxa.reliability.load;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * An application in a separate process: a stack and its clients. It reads commands from standard input and prints
 * events to standard output, so that the replies to clients survive the process. It ends when its parent is gone.
 */
public final class ApplicationMain {

    private ApplicationMain() {}

    /**
     * Runs until standard input ends.
     *
     * @param args an {@link Instance}
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // What libraries print is no evidence.
        Instance instance = Instance.parse(args);
        Journal journal = new Journal(out);
        Stack stack = instance.open(journal);
        Gate gate = new Gate();
        List<String> nodes = instance.nodes().stream().map(NodeAddress::name).toList();
        Random seeds = new Random(instance.seed());
        for (int i = 0; i < instance.clients(); i++) {
            Thread client = new Thread(new Client(stack, journal, gate, nodes, seeds), "client-" + i);
            client.setDaemon(true);
            client.start();
        }
        journal.note("ready");
        obey(gate, journal);
        Runtime.getRuntime().halt(0);
    }

    private static void obey(Gate gate, Journal journal) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String word = in.readLine();
        while (word != null) {
            if (word.equals("work")) {
                gate.open();
            } else if (word.equals("rest")) {
                gate.close();
                journal.note("resting");
            } else {
                throw new IllegalArgumentException("work or rest, not: " + word);
            }
            word = in.readLine();
        }
    }
}

package io.github.postgresxa.reliability.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One application process.
 *
 * @param name its name, also for the transaction manager
 * @param stack the class of the {@link Stack.Factory}
 * @param directory for what the stack keeps on disk
 * @param clients how many clients it serves at the same time
 * @param seed the seed of its clients' choices
 * @param nodes the addresses of its nodes
 */
public record Instance(String name, String stack, Path directory, int clients, long seed, List<NodeAddress> nodes) {

    /** {@return this instance as arguments of a program} */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of(name, stack, directory.toString(), Integer.toString(clients), Long.toString(seed)));
        nodes.forEach(n -> arguments.add(n.text()));
        return arguments;
    }

    /** {@return the instance that {@link #arguments} wrote} */
    public static Instance parse(String... arguments) {
        return new Instance(
                arguments[0],
                arguments[1],
                Path.of(arguments[2]),
                Integer.parseInt(arguments[3]),
                Long.parseLong(arguments[4]),
                Arrays.stream(arguments).skip(5).map(NodeAddress::parse).toList());
    }

    /** {@return its stack, started; its events go to the journal} */
    public Stack open(Journal journal) throws Exception {
        return ((Stack.Factory) Class.forName(stack).getDeclaredConstructor().newInstance()).open(this, journal);
    }
}

package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.reliability.load.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One application process. What its manager keeps on disk is in its working directory.
 *
 * @param number which one it is, from 0
 * @param manager the embedded transaction manager
 * @param timeout of its transactions; what is undecided for longer after a crash is rolled back
 * @param broker the broker's address
 * @param nodes the addresses of the nodes
 */
record MixedInstance(int number, ManagerKind manager, Duration timeout, String broker, List<NodeAddress> nodes) {

    String name() {
        return "instance-" + number;
    }

    /** {@return this instance as arguments of a program} */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of(Integer.toString(number), manager.name(), Long.toString(timeout.toMillis()), broker));
        nodes.forEach(n -> arguments.add(n.text()));
        return arguments;
    }

    /** {@return the instance that {@link #arguments} wrote} */
    static MixedInstance parse(String... arguments) {
        return new MixedInstance(
                Integer.parseInt(arguments[0]),
                ManagerKind.valueOf(arguments[1]),
                Duration.ofMillis(Long.parseLong(arguments[2])),
                arguments[3],
                Arrays.stream(arguments).skip(4).map(NodeAddress::parse).toList());
    }
}

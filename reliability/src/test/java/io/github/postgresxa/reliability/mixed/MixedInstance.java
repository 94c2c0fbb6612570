package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.reliability.load.NodeAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One application process.
 *
 * @param number which one it is, from 0
 * @param manager the embedded transaction manager
 * @param broker the broker's address
 * @param nodes the addresses of the nodes
 */
record MixedInstance(int number, ManagerKind manager, String broker, List<NodeAddress> nodes) {

    String name() {
        return "instance-" + number;
    }

    /** {@return this instance as arguments of a program} */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(number), manager.name(), broker));
        nodes.forEach(n -> arguments.add(n.text()));
        return arguments;
    }

    /** {@return the instance that {@link #arguments} wrote} */
    static MixedInstance parse(String... arguments) {
        return new MixedInstance(
                Integer.parseInt(arguments[0]),
                ManagerKind.valueOf(arguments[1]),
                arguments[2],
                Arrays.stream(arguments).skip(3).map(NodeAddress::parse).toList());
    }
}

package io.github.postgresxa.benchmarks.contender;

/** The parts that a contender has once in its process, such as a transaction manager with its log. */
public interface Stack {

    /**
     * {@return the contender with full pools}
     *
     * @param setting nodes and sizes
     */
    Contender open(Setting setting) throws Exception;
}

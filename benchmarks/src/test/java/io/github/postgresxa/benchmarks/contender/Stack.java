package io.github.postgresxa.benchmarks.contender;

/** What a contender has once in its process, such as a transaction manager with its log. */
public interface Stack {

    /**
     * @param setting nodes and sizes
     * @return the contender with full pools
     */
    Contender open(Setting setting) throws Exception;
}

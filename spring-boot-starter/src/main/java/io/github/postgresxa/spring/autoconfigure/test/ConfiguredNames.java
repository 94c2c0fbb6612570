package io.github.postgresxa.spring.autoconfigure.test;

import java.util.List;

/**
 * The names that the two sides know.
 *
 * @param test the nodes of the test class
 * @param application the nodes that the application's own configuration names; empty if it leaves them to the test
 */
record ConfiguredNames(List<String> test, List<String> application) {

    static final String BEAN = "postgresXaConfiguredNames";
}

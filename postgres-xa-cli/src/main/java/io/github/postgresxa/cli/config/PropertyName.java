package io.github.postgresxa.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A property's name under Spring's relaxed rules: case, dashes and underscores do not count, and an element may stand
 * in brackets. The name of a node counts as it is written.
 *
 * @param canonical the name in the form in which names are compared
 * @param written the name as it is written
 */
record PropertyName(String canonical, String written) {

    static final String PREFIX = "postgres.xa.";
    static final String NODES = PREFIX + "nodes.";

    static PropertyName of(String written) {
        List<String> elements = elements(written);
        List<String> canonical = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            boolean node = i == 3 && String.join(".", canonical).equals("postgres.xa.nodes");
            canonical.add(node ? elements.get(i) : uniform(elements.get(i)));
        }
        return new PropertyName(String.join(".", canonical), written);
    }

    static String uniform(String element) {
        return element.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    private static List<String> elements(String name) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        boolean bracket = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean ends = bracket ? c == ']' : c == '.' || c == '[';
            if (!ends) {
                element.append(c);
                continue;
            }
            if (!element.isEmpty()) {
                elements.add(element.toString());
            }
            element.setLength(0);
            bracket = c == '[';
        }
        if (!element.isEmpty()) {
            elements.add(element.toString());
        }
        return elements;
    }
}

package io.github.postgresxa.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The name of a property, of ours or of another library, where case, hyphens and underscores do not count, and an
 * element may be in brackets. The name of a node counts as it is written.
 *
 * @param canonical the name in the form in which names are compared
 * @param written the name as it is written
 */
public record PropertyName(String canonical, String written) {

    private static final String NODES = Keys.PREFIX + "nodes";

    /**
     * Reads a name.
     *
     * @param written a name in any form
     * @return the same name, also in the form in which names are compared
     */
    public static PropertyName of(String written) {
        List<String> elements = elements(written);
        List<String> canonical = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            boolean node = i == 3 && String.join(".", canonical).equals(NODES);
            canonical.add(node ? elements.get(i) : uniform(elements.get(i)));
        }
        return new PropertyName(String.join(".", canonical), written);
    }

    /** {@return whether it is a key below {@code postgres.xa}} */
    public boolean isOurs() {
        return canonical.startsWith(Keys.PREFIX);
    }

    /** {@return the elements of one of our keys behind {@code postgres.xa}, as they are written} */
    public List<String> ownElements() {
        List<String> elements = elements(written);
        return elements.subList(2, elements.size());
    }

    /**
     * Brings an element of a name, or a whole name without dots, into the form in which it is compared.
     *
     * @param element a text
     * @return the same for all spellings
     */
    public static String uniform(String element) {
        return element.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /**
     * Returns the environment variables that set a property.
     *
     * @param property its name with hyphens and dots
     * @return the variable without hyphens, then the one with underscores for them
     */
    public static List<String> variables(String property) {
        String dotted = property.replace('.', '_').toUpperCase(Locale.ROOT);
        return List.of(dotted.replace("-", ""), dotted.replace('-', '_'));
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

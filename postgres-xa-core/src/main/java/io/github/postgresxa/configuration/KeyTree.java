package io.github.postgresxa.configuration;

import io.github.postgresxa.configuration.Keys.Match;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys as a tree of their elements.
 *
 * @param children what may follow, by its name; {@link Keys#NODE} for the name of a node; empty for a value
 */
record KeyTree(Map<String, KeyTree> children) {

    static KeyTree of(List<Key> keys) {
        KeyTree root = new KeyTree(new LinkedHashMap<>());
        for (Key key : keys) {
            KeyTree at = root;
            for (String element : elements(key)) {
                at = at.children.computeIfAbsent(element, name -> new KeyTree(new LinkedHashMap<>()));
            }
        }
        return root;
    }

    static List<String> elements(Key key) {
        return List.of(key.name().split("\\."));
    }

    Match match(List<String> elements, boolean variable) {
        if (elements.isEmpty()) {
            return children.isEmpty() ? Match.VALUE : Match.GROUP;
        }
        @Nullable KeyTree ofNode = children.get(Keys.NODE);
        if (ofNode != null) {
            return ofNode.match(elements.subList(1, elements.size()), variable);
        }
        Match best = Match.NONE;
        for (Map.Entry<String, KeyTree> child : children.entrySet()) {
            int length = length(child.getKey(), elements, variable);
            if (length > 0) {
                Match match = child.getValue().match(elements.subList(length, elements.size()), variable);
                best = match.compareTo(best) > 0 ? match : best;
            }
        }
        return best;
    }

    /** {@return how many elements spell a name: one, or in an environment variable one for each of its words} */
    private static int length(String name, List<String> elements, boolean variable) {
        if (PropertyName.uniform(name).equals(PropertyName.uniform(elements.get(0)))) {
            return 1;
        }
        List<String> words = List.of(name.split("-"));
        return variable && words.size() <= elements.size() && words.equals(elements.subList(0, words.size()))
                ? words.size()
                : 0;
    }
}

package io.github.postgresxa.spring.autoconfigure;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * The keys below {@code postgres.xa}, as the records declare them that are bound to it.
 *
 * @param children what may follow, by its name with hyphens; {@link #ANY} for the name of a node
 * @param free whether everything may follow
 */
record KnownKeys(Map<String, KnownKeys> children, boolean free) {

    /** Stands for a name that the application chooses. */
    static final String ANY = "<node>";

    private static final KnownKeys VALUE = new KnownKeys(Map.of(), false);
    private static final KnownKeys FREE = new KnownKeys(Map.of(), true);

    static KnownKeys of(Class<? extends Record> properties) {
        Map<String, KnownKeys> children = new LinkedHashMap<>();
        for (RecordComponent component : properties.getRecordComponents()) {
            children.put(DataObjectPropertyName.toDashedForm(component.getName()), of(component.getGenericType()));
        }
        return new KnownKeys(children, false);
    }

    private static KnownKeys of(Type type) {
        if (type instanceof Class<?> value && value.isRecord()) {
            return of(value.asSubclass(Record.class));
        }
        if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            KnownKeys each = of(map.getActualTypeArguments()[1]);
            return each.isValue() ? FREE : new KnownKeys(Map.of(ANY, each), false);
        }
        return VALUE;
    }

    boolean isValue() {
        return children.isEmpty() && !free;
    }

    /** {@return whether the elements of a key lead to a value, or to a group of values} */
    Match match(List<String> elements) {
        if (free) {
            return Match.VALUE;
        }
        if (elements.isEmpty()) {
            return isValue() ? Match.VALUE : Match.GROUP;
        }
        KnownKeys any = children.get(ANY);
        if (any != null) {
            return any.match(elements.subList(1, elements.size()));
        }
        Match best = Match.NONE;
        for (Map.Entry<String, KnownKeys> child : children.entrySet()) {
            int length = length(child.getKey(), elements);
            if (length > 0) {
                Match match = child.getValue().match(elements.subList(length, elements.size()));
                best = match.compareTo(best) > 0 ? match : best;
            }
        }
        return best;
    }

    /** Says what a key leads to. */
    enum Match {
        NONE,
        GROUP,
        VALUE
    }

    /** {@return how many elements spell a name: one, or in an environment variable one for each of its words} */
    private static int length(String name, List<String> elements) {
        if (plain(name).equals(plain(elements.get(0)))) {
            return 1;
        }
        List<String> words = List.of(name.split("-"));
        return words.size() <= elements.size() && words.equals(elements.subList(0, words.size())) ? words.size() : 0;
    }

    /** {@return a key or a part of it in the form in which all its relaxed forms are equal} */
    static String plain(String key) {
        return key.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }

    /** {@return all keys of values, each as its elements} */
    List<List<String>> values() {
        List<List<String>> found = new ArrayList<>();
        if (isValue()) {
            found.add(List.of());
        }
        children.forEach((name, child) -> child.values().forEach(rest -> {
            List<String> elements = new ArrayList<>(List.of(name));
            elements.addAll(rest);
            found.add(elements);
        }));
        return found;
    }
}

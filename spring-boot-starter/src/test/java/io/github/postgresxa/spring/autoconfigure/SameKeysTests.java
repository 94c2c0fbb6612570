package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.Key;
import io.github.postgresxa.configuration.Keys;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The records that are bound have the keys of the core, with their types and defaults, and read values alike. */
class SameKeysTests {

    /** A key as a record declares it. */
    private record Bound(Class<?> type, @Nullable String defaultValue) {}

    @Test
    void theKeysTheirTypesAndDefaultsAreThoseOfTheCore() {
        Map<String, Bound> bound = new TreeMap<>();
        add("", PostgresXaProperties.class, bound);

        assertThat(bound.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Keys.all().stream().map(Key::name).toList());
        assertThat(Keys.all()).allSatisfy(key -> {
            Bound here = Objects.requireNonNull(bound.get(key.name()));
            assertThat(here.defaultValue()).as("default of %s", key.name()).isEqualTo(key.defaultValue());
            assertThat(here.type())
                    .as("type of %s", key.name())
                    .satisfies(
                            switch (key.type()) {
                                case TEXT, SECRET -> type -> assertThat(type).isEqualTo(String.class);
                                case FLAG -> type -> assertThat(type).isEqualTo(boolean.class);
                                case NUMBER -> type -> assertThat(type).isEqualTo(int.class);
                                case DURATION -> type -> assertThat(type).isEqualTo(Duration.class);
                                case CHOICE ->
                                    type -> assertThat(Stream.of(type.getEnumConstants())
                                                    .map(each -> ((Enum<?>) each)
                                                            .name()
                                                            .toLowerCase(java.util.Locale.ROOT)))
                                            .containsExactlyElementsOf(key.choices());
                            });
        });
    }

    private static void add(String prefix, Class<?> type, Map<String, Bound> bound) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
            if (component.getType().isRecord()) {
                add(name + ".", component.getType(), bound);
            } else if (component.getType() == Map.class) {
                Type each = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
                add(name + "." + Keys.NODE + ".", (Class<?>) each, bound);
            } else {
                bound.put(name, new Bound(component.getType(), defaultOf(component)));
            }
        }
    }

    private static @Nullable String defaultOf(RecordComponent component) {
        DefaultValue value = Stream.of(component.getDeclaringRecord().getDeclaredConstructors())
                .flatMap(constructor -> Stream.of(constructor.getParameters()))
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow()
                .getAnnotation(DefaultValue.class);
        return value == null ? null : String.join(",", value.value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"250", "250ms", "7s", "7S", "3m", "2h", "1d", "90us", "5ns", "PT1M30S", "pt2h", "+4s"})
    void aLengthOfTimeIsTheSame(String text) {
        String key = "postgres.xa.recovery.grace";

        assertThat(core(key, text).recovery().grace())
                .isEqualTo(bind(key, text).recovery().grace());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5x", "soon", "1.5s", "5 s", "s", "PT", "2h3m", "99999999999999999999"})
    void whatIsNoLengthOfTimeIsRefused(String text) {
        refused("postgres.xa.recovery.grace", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "on", "yes", "1", "false", "off", "No", "0"})
    void aFlagIsTheSame(String text) {
        String key = "postgres.xa.decision.single-writer";

        assertThat(core(key, text).decision().singleWriter())
                .isEqualTo(bind(key, text).decision().singleWriter());
    }

    @ParameterizedTest
    @ValueSource(strings = {"perhaps", "t", "2"})
    void whatIsNoFlagIsRefused(String text) {
        refused("postgres.xa.decision.single-writer", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "NEVER", "Always", "al-ways"})
    void aChoiceIsTheSame(String text) {
        String key = "postgres.xa.decision.initialize-schema";

        assertThat(core(key, text).decision().initializeSchema())
                .isEqualTo(bind(key, text).decision().toSettings().initializeSchema());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sometimes", "true"})
    void whatIsNoChoiceIsRefused(String text) {
        refused("postgres.xa.decision.initialize-schema", text);
    }

    private static void refused(String key, String text) {
        assertThatThrownBy(() -> bind(key, text)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> {
                    core(key, text).decision();
                    core(key, text).recovery();
                })
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key);
    }

    private static Configuration core(String key, String text) {
        return Configuration.over(Map.of(key, text)::get);
    }

    private static PostgresXaProperties bind(String key, String text) {
        return new Binder(new MapConfigurationPropertySource(Map.of(key, text)))
                .bindOrCreate("postgres.xa", PostgresXaProperties.class);
    }
}

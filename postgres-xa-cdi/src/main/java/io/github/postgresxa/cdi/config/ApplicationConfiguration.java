package io.github.postgresxa.cdi.config;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.Key;
import io.github.postgresxa.configuration.Keys;
import io.github.postgresxa.configuration.Keys.Match;
import io.github.postgresxa.configuration.NamedNodes;
import io.github.postgresxa.configuration.WrongKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The properties {@code postgres.xa.*} of an application. Their names, defaults and checks are the core's: every method
 * throws {@link InvalidConfigurationException} as the core does.
 *
 * <p>The sources of MicroProfile Config have no order among the keys of one file. So nodes are in the order of their
 * names, and without {@code postgres.xa.primary} the first of these is primary.
 */
public final class ApplicationConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationConfiguration.class);

    private static final String NO_NODES = """
            Configure the nodes, for example in META-INF/microprofile-config.properties:

            postgres.xa.nodes.east.url=jdbc:postgresql://east.example.com:5432/bank
            postgres.xa.nodes.east.username=bank
            postgres.xa.nodes.east.password=${EAST_PASSWORD}
            postgres.xa.nodes.west.url=jdbc:postgresql://west.example.com:5432/bank
            postgres.xa.nodes.west.username=bank
            postgres.xa.nodes.west.password=${WEST_PASSWORD}

            Or set postgres.xa.enabled=false.""";

    private final WrittenValues values;
    private final Configuration configuration;

    private ApplicationConfiguration(Config config) {
        this.values = new WrittenValues(config, written(config));
        this.configuration = Configuration.over(values::of);
    }

    /**
     * Reads the names of all keys, and no value yet.
     *
     * @param config the application's configuration
     * @return its properties below {@code postgres.xa}
     */
    public static ApplicationConfiguration of(Config config) {
        return new ApplicationConfiguration(config);
    }

    private static List<WrittenKey> written(Config config) {
        List<WrittenKey> keys = new ArrayList<>();
        for (ConfigSource source : config.getConfigSources()) {
            Set<String> names = source.getPropertyNames();
            names.stream()
                    .sorted()
                    .filter(name -> !WrittenKey.isDerived(name, names))
                    .flatMap(name -> WrittenKey.of(name, source.getName()).stream())
                    .forEach(keys::add);
        }
        return keys;
    }

    /** {@return whether the nodes are to be set up at all} */
    public boolean isEnabled() {
        return configuration.flag("enabled");
    }

    /** {@return whether the transactions over the nodes are another manager's, and are only observed} */
    public boolean observes() {
        return configuration.choice("mode").equals("observe");
    }

    /** {@return the values, by the core's rules} */
    public Configuration values() {
        return configuration;
    }

    /** {@return the name of the application, if one is configured} */
    public Optional<String> name() {
        return configuration.name();
    }

    /** {@return the names of the nodes as they are written, in order; values are not needed} */
    public List<String> nodeNames() {
        return values.keys()
                .filter(key -> !key.ofProfile() || values.isSet(key.name()))
                .flatMap(key -> key.node().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** {@return the checked names of the nodes, at least one} */
    public NamedNodes nodes() {
        List<String> names = nodeNames();
        if (names.isEmpty()) {
            throw NamedNodes.none(NO_NODES);
        }
        return configuration.names(names);
    }

    /** Refuses keys that no property has, and words that are no value, before anything else is read. */
    public void check() {
        Keys.all().stream()
                .filter(key -> key.type() == Key.Type.CHOICE)
                .forEach(key -> configuration.choice(key.name()));
        checkKeys();
    }

    /** Refuses keys that no property has. Values are not needed, so this is possible before the application starts. */
    public void checkKeys() {
        if (configuration.flag("ignore-unknown-keys")) {
            return;
        }
        WrongKeys wrong = new WrongKeys();
        values.keys().filter(this::isUnknown).forEach(key -> {
            if (!key.variable()) {
                wrong.add(key.described(), key.elements());
            } else if (wrong.addVariable(key.described(), key.elements()) == WrongKeys.Use.MENTIONED) {
                LOG.info("No property of postgres.xa: {}. It has no effect here.", key.described());
            }
        });
        wrong.refuse();
    }

    /** A group is written as a key of its own where it is empty. */
    private boolean isUnknown(WrittenKey key) {
        Match match = key.match();
        return match == Match.NONE || match == Match.GROUP && hasText(key);
    }

    private boolean hasText(WrittenKey key) {
        @Nullable String value = values.of(key.name());
        return value != null && !value.isBlank();
    }

    /** {@return a builder with all settings; without a transaction manager of the application} */
    public PostgresXa.Builder builder() {
        return configuration.builder(nodes().names());
    }
}

package io.github.postgresxa.cli.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/** Reads the documents of one configuration file, as flat names with their values. */
final class ConfigDocuments {

    private ConfigDocuments() {}

    static List<Map<String, String>> read(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".yml") || name.endsWith(".yaml")) {
            return YamlDocuments.read(file, text(file));
        }
        if (name.endsWith(".properties")) {
            return properties(file, text(file));
        }
        throw new ConfigException(
                "%s is neither a .properties nor a .yml or .yaml file; the ending says how it is read."
                        .formatted(file));
    }

    private static String text(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString()
                        .replaceFirst("^\ufeff", "");
            } catch (CharacterCodingException notUtf8) {
                return new String(bytes, StandardCharsets.ISO_8859_1);
            }
        } catch (NoSuchFileException e) {
            throw new ConfigException("There is no file %s.".formatted(file));
        } catch (AccessDeniedException e) {
            throw new ConfigException("This user may not read %s.".formatted(file));
        } catch (IOException e) {
            throw new ConfigException("%s cannot be read: %s.".formatted(file, e.getMessage()));
        }
    }

    /** A line of {@code #---} or {@code !---} ends a document, as in Spring Boot. */
    private static List<Map<String, String>> properties(Path file, String text) {
        List<Map<String, String>> documents = new ArrayList<>();
        for (String part : text.split("(?m)^[#!]---\\s*$")) {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(part));
            } catch (IOException | IllegalArgumentException e) {
                throw new ConfigException("%s is not a valid properties file: %s.".formatted(file, e.getMessage()));
            }
            Map<String, String> document = new LinkedHashMap<>();
            for (String key : new TreeSet<>(properties.stringPropertyNames())) {
                document.put(key, properties.getProperty(key));
            }
            documents.add(document);
        }
        return documents;
    }
}

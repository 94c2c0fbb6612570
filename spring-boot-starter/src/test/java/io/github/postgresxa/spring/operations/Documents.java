package io.github.postgresxa.spring.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.core.io.FileSystemResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parses the files of {@code docs/operations}. */
final class Documents {

    private static final Path FOLDER = Path.of("../docs/operations");

    private static final Pattern METRIC = Pattern.compile("\\bpostgres_xa_[a-z_]+");

    private Documents() {}

    static String text(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }

    record Alert(String name, String expression, String runbook) {}

    static List<Alert> alerts() throws IOException {
        YamlMapFactoryBean yaml = new YamlMapFactoryBean();
        yaml.setResources(new FileSystemResource(FOLDER.resolve("prometheus-alerts.yml")));
        return list(Objects.requireNonNull(yaml.getObject()).get("groups")).stream()
                .flatMap(group -> list(group.get("rules")).stream())
                .map(rule -> new Alert(
                        String.valueOf(rule.get("alert")),
                        String.valueOf(rule.get("expr")),
                        String.valueOf(((Map<?, ?>) rule.getOrDefault("annotations", Map.of())).get("runbook_url"))))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? List.of() : (List<Map<String, Object>>) value;
    }

    static JsonNode dashboard() throws IOException {
        return JsonMapper.shared().readTree(text("grafana-dashboard.json"));
    }

    /** {@return the expressions of the dashboard's panels, and of its variables} */
    static List<String> dashboardExpressions() throws IOException {
        JsonNode dashboard = dashboard();
        List<String> expressions = StreamSupport.stream(dashboard.path("panels").spliterator(), false)
                .flatMap(panel -> StreamSupport.stream(panel.path("targets").spliterator(), false))
                .map(target -> target.path("expr").asString())
                .collect(Collectors.toList());
        dashboard
                .path("templating")
                .path("list")
                .forEach(variable -> expressions.add(variable.path("definition").asString("")));
        return expressions;
    }

    static Set<String> metrics(List<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> METRIC.matcher(expression).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the targets of links, as GitHub makes anchors of headings} */
    static Set<String> anchors(String markdown) {
        return Pattern.compile("(?m)^#+ +(.*)$")
                .matcher(markdown)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** {@return the statements of the file for database administrators, by their names} */
    static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        Matcher named = Pattern.compile("(?ms)^-- name: ([a-z-]+)\\n(.*?;)$").matcher(text("queries.sql"));
        while (named.find()) {
            queries.put(named.group(1), named.group(2));
        }
        return queries;
    }

    /** {@return the statements that the runbook shows in blocks} */
    static List<String> queriesOfTheRunbook() throws IOException {
        return Pattern.compile("(?s)```sql\\n(.*?)```")
                .matcher(text("runbook.md"))
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}

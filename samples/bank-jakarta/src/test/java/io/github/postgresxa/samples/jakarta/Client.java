package io.github.postgresxa.samples.jakarta;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Talks to a bank as any client does. */
record Client(URI api) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** An order with an id of the client's choice. */
    record Order(UUID id, String from, String to, long amount) {}

    /** What a probe says: how it ended, after how many ms, and the exception. */
    record Probed(String end, long millis, String text) {}

    HttpResponse<String> get(String path) throws IOException {
        return send(HttpRequest.newBuilder(api.resolve(path)));
    }

    int transfer(Order order) throws IOException {
        return send(HttpRequest.newBuilder(api.resolve("transfers"))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"amount\":%d}"
                                .formatted(order.id(), order.from(), order.to(), order.amount()))))
                .statusCode();
    }

    Probed probe(String path, Map<String, ?> parameters) throws IOException {
        HttpResponse<String> response = send(
                HttpRequest.newBuilder(api.resolve(path + query(parameters))).POST(BodyPublishers.noBody()));
        String[] parts = response.body().split("\n", 3);
        if (response.statusCode() != 200 || parts.length < 3) {
            throw new AssertionError(response + " " + response.body());
        }
        return new Probed(parts[0], Long.parseLong(parts[1]), parts[2]);
    }

    static String query(Map<String, ?> parameters) {
        return parameters.entrySet().stream()
                .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue().toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

package io.github.postgresxa.samples.bank;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to a bank as any client does. */
final class BankClient {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final int port;

    BankClient(int port) {
        this.port = port;
    }

    /** An order with an id of the client's choice. */
    record Order(String id, String from, String to, long amount) {

        String json() {
            return "{\"id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"amount\":%d}".formatted(id, from, to, amount);
        }
    }

    /** The reply. A body that is not JSON is an empty text. */
    record Answer(int status, String contentType, String location, JsonNode body) {

        boolean moved() {
            return status == 201 || status == 200;
        }

        String text(String field) {
            return body.path(field).asString("");
        }
    }

    Answer get(String path) throws IOException {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    Answer transfer(Order order) throws IOException {
        return transfer(order.json());
    }

    Answer transfer(String body) throws IOException {
        return post("application/json", body);
    }

    Answer post(String contentType, String body) throws IOException {
        return send(HttpRequest.newBuilder(uri("/api/transfers"))
                .header("content-type", contentType)
                .POST(BodyPublishers.ofString(body)));
    }

    /** Presses a button of the page, as a page of this origin would. */
    Answer press(String button, String origin) throws IOException {
        return send(HttpRequest.newBuilder(uri("/api/show/" + button))
                .header("origin", origin)
                .POST(BodyPublishers.noBody()));
    }

    String health() throws IOException {
        return get("/actuator/health").text("status");
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException {
        try {
            var response = HTTP.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
            var headers = response.headers();
            var type = headers.firstValue("content-type").orElse("");
            var json = type.contains("json") ? response.body() : "\"\"";
            return new Answer(
                    response.statusCode(),
                    type,
                    headers.firstValue("location").orElse(""),
                    JsonMapper.shared().readTree(json));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

package io.github.postgresxa.spring.application;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the endpoints of a running application over HTTP, as an operator does. */
public final class Web {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String address;

    public Web(ConfigurableApplicationContext application) {
        address = "http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port");
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path)));
    }

    public HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** {@return the response, whatever its status} */
    public JsonNode json(String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(get(path).body());
    }

    /** {@return the first measurement of a meter, which has to exist} */
    public double meter(String nameAndTags) throws IOException, InterruptedException {
        HttpResponse<String> response = get("/actuator/metrics/" + nameAndTags);
        if (response.statusCode() != 200) {
            throw new AssertionError("no meter %s: %s".formatted(nameAndTags, response.body()));
        }
        return JsonMapper.shared()
                .readTree(response.body())
                .path("measurements")
                .path(0)
                .path("value")
                .asDouble(Double.NaN);
    }
}

package io.github.postgresxa.spring.observation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Receives spans as an OpenTelemetry collector does: OTLP over HTTP, in Protocol Buffers. The numbers are those of
 * opentelemetry/proto/trace/v1.
 */
final class Collector implements AutoCloseable {

    static final long CLIENT = 3;
    static final long SERVER = 2;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    record Span(
            String trace,
            String id,
            String parent,
            String name,
            long kind,
            long start,
            long end,
            Map<String, String> attributes) {

        boolean contains(Span other) {
            return start <= other.start && other.end <= end;
        }
    }

    private Collector(HttpServer server) {
        this.server = server;
    }

    static Collector start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Collector collector = new Collector(server);
        server.createContext("/v1/traces", collector::receive);
        server.start();
        return collector;
    }

    String address() {
        return "http://%s:%d/v1/traces"
                .formatted(
                        server.getAddress().getHostString(), server.getAddress().getPort());
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            Protobuf request = Protobuf.read(exchange.getRequestBody().readAllBytes());
            for (Protobuf ofResource : request.messages(1)) {
                for (Protobuf ofScope : ofResource.messages(2)) {
                    ofScope.messages(2).stream().map(Collector::span).forEach(spans::add);
                }
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Span span(Protobuf span) {
        Map<String, String> attributes = new HashMap<>();
        span.messages(9)
                .forEach(attribute ->
                        attribute.messages(2).forEach(value -> attributes.put(attribute.text(1), value.text(1))));
        return new Span(
                span.hex(1),
                span.hex(2),
                span.hex(4),
                span.text(5),
                span.number(6),
                span.number(7),
                span.number(8),
                attributes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package io.github.postgresxa.cdi.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.cdi.container.Containers;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.enterprise.context.Dependent;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URISyntaxException;
import java.security.Principal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.resteasy.core.ResteasyContext;
import org.jboss.resteasy.mock.MockDispatcherFactory;
import org.jboss.resteasy.mock.MockHttpRequest;
import org.jboss.resteasy.mock.MockHttpResponse;
import org.jboss.resteasy.spi.Dispatcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The resource under RESTEasy, which an application publishes under a path of its own. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class OperationsResourceIT {

    private static final String JSON = "application/json";

    private PostgresNode west;
    private Containers application;
    private Dispatcher server;

    @Dependent
    @Path("/xa")
    public static class NodeOperations extends OperationsResource {}

    private record User(String name, Set<String> roles) implements SecurityContext {

        @Override
        public Principal getUserPrincipal() {
            return () -> name;
        }

        @Override
        public boolean isUserInRole(String role) {
            return roles.contains(role);
        }

        @Override
        public boolean isSecure() {
            return true;
        }

        @Override
        public String getAuthenticationScheme() {
            return FORM_AUTH;
        }
    }

    private static final User STRANGER = new User("eve", Set.of("user"));
    private static final User VIEWER = new User("vera", Set.of(OperationsResource.VIEWER));
    private static final User OPERATOR = new User("otto", Set.of(OperationsResource.OPERATOR));

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.west = west;
        Map<String, String> properties =
                new HashMap<>(Map.of("postgres.xa.name", "bank", "postgres.xa.recovery.enabled", "false"));
        for (PostgresNode node : List.of(east, west)) {
            String prefix = "postgres.xa.nodes." + node.name() + ".";
            properties.put(prefix + "url", node.jdbcUrl());
            properties.put(prefix + "username", node.username());
            properties.put(prefix + "password", node.password());
        }
        application = Containers.start(properties, NodeOperations.class);
        server = MockDispatcherFactory.createDispatcher();
        server.getRegistry().addSingletonResource(application.bean(NodeOperations.class));
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private MockHttpResponse get(User user, String path) throws URISyntaxException {
        return answer(user, MockHttpRequest.get("/xa" + path));
    }

    private MockHttpResponse post(User user, String path, String contentType) throws URISyntaxException {
        MockHttpRequest request = MockHttpRequest.post("/xa" + path);
        return answer(user, contentType.isEmpty() ? request : request.header("Content-Type", contentType));
    }

    private MockHttpResponse answer(User user, MockHttpRequest request) {
        MockHttpResponse response = new MockHttpResponse();
        ResteasyContext.pushContext(SecurityContext.class, user);
        server.getDefaultContextObjects().put(SecurityContext.class, user);
        server.invoke(request, response);
        return response;
    }

    private static String text(MockHttpResponse response) throws Exception {
        assertThat(String.valueOf(response.getOutputHeaders().getFirst("Content-Type")))
                .startsWith(JSON);
        return response.getContentAsString();
    }

    private String prepareWithoutDecision() throws SQLException {
        Map<String, String> identities = new HashMap<>();
        for (NodeStatus node : application.bean(PostgresXa.class).nodes()) {
            identities.put(node.name(), String.valueOf(node.identity()));
        }
        String id = TransactionId.parse(UUID.randomUUID().toString()).toString();
        run(
                "create table if not exists account (balance int)",
                "begin",
                "insert into account values (1)",
                "prepare transaction 'pgxa/1/%s/%s/%s'".formatted(id, identities.get("east"), identities.get("west")));
        return id;
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = west.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private boolean isPrepared(String id) throws SQLException {
        try (Connection connection = west.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from pg_prepared_xacts where gid like 'pgxa/1/" + id + "/%'")) {
            rows.next();
            return rows.getInt(1) > 0;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/doctor", "/prepared", "/00000000-0000-0000-0000-000000000000"})
    void nothingIsShownWithoutARole(String path) throws Exception {
        MockHttpResponse refused = get(STRANGER, path);

        assertThat(refused.getStatus()).isEqualTo(403);
        assertThat(text(refused)).contains(OperationsResource.VIEWER).doesNotContain("east");
    }

    @Test
    void nothingIsDoneWithoutTheRoleOfAnOperator() throws Exception {
        String id = prepareWithoutDecision();
        String order = "/" + id + "?action=rollback&expected=none&reason=test";

        for (User user : List.of(STRANGER, VIEWER)) {
            assertThat(post(user, order, JSON).getStatus()).isEqualTo(403);
            assertThat(post(user, "/recover", JSON).getStatus()).isEqualTo(403);
        }
        assertThat(isPrepared(id)).isTrue();
        run("rollback prepared '" + preparedName(id) + "'");
    }

    private String preparedName(String id) throws SQLException {
        try (Connection connection = west.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select gid from pg_prepared_xacts where gid like 'pgxa/1/" + id + "/%'")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "*/*"})
    void anOrderThatAPageOfAnotherSiteCanSendIsRefused(String contentType) throws Exception {
        String id = prepareWithoutDecision();

        MockHttpResponse refused = post(OPERATOR, "/" + id + "?action=rollback&expected=none&reason=test", contentType);

        assertThat(refused.getStatus()).isEqualTo(415);
        assertThat(isPrepared(id)).isTrue();
        run("rollback prepared '" + preparedName(id) + "'");
    }

    @Test
    void aViewerSeesTheNodesAndWhatIsPrepared() throws Exception {
        String id = prepareWithoutDecision();

        assertThat(text(get(VIEWER, "")))
                .contains("\"name\": \"bank\"", "\"mode\": \"manage\"", "\"east\"", "\"west\"")
                .doesNotContain("password");
        assertThat(text(get(VIEWER, "/doctor"))).contains("\"findings\": [", "\"severity\"");
        assertThat(text(get(VIEWER, "/prepared"))).contains(id);
        assertThat(text(get(VIEWER, "/" + id))).contains("\"outcome\": \"UNKNOWN\"", id);
        run("rollback prepared '" + preparedName(id) + "'");
    }

    @Test
    void anOperatorSettlesATransactionByHand() throws Exception {
        String id = prepareWithoutDecision();

        MockHttpResponse done =
                post(OPERATOR, "/" + id + "?action=rollback&expected=none&reason=the+host+is+gone", JSON);

        assertThat(done.getStatus()).isEqualTo(200);
        assertThat(text(done)).contains("\"action\": \"ROLLBACK\"", "\"ended\": true");
        assertThat(isPrepared(id)).isFalse();
        assertThat(text(get(VIEWER, "/" + id))).contains("\"outcome\": \"ROLLED_BACK\"");

        MockHttpResponse again = post(OPERATOR, "/" + id + "?action=commit&expected=none&reason=test", JSON);
        assertThat(again.getStatus()).as("its decision is another one now").isEqualTo(400);
    }

    @Test
    void anOperatorRunsRecovery() throws Exception {
        MockHttpResponse done = post(OPERATOR, "/recover", JSON + ";charset=utf-8");

        assertThat(done.getStatus()).isEqualTo(200);
        assertThat(text(done)).contains("\"committed\": 0");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/prepared?page=-1, page",
                "/prepared?page=one, 'page' is a number",
                "/prepared?size=0, hold 1 to 1000 entries",
                "/prepared?size=99999999999, 'size' is a number",
                "/nonsense, is not a transaction id"
            })
    void aQuestionThatMakesNoSenseIsRefusedWithWhatIsWrong(String path, String why) throws Exception {
        MockHttpResponse refused = get(VIEWER, path);

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(text(refused)).contains("\"error\": ", why);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "nonsense?action=rollback&expected=none&reason=x, is not a transaction id",
                "ID?expected=none&reason=x, Say with 'action'",
                "ID?action=undo&expected=none&reason=x, Say with 'action' one of: commit",
                "ID?action=rollback&reason=x, Say with 'expected'",
                "ID?action=rollback&expected=none, a reason is needed",
                "ID?action=rollback&expected=none&reason=x&force=maybe, 'force' is true or false"
            })
    void anOrderThatMakesNoSenseIsRefusedWithWhatIsWrong(String order, String why) throws Exception {
        MockHttpResponse refused =
                post(OPERATOR, "/" + order.replace("ID", UUID.randomUUID().toString()), JSON);

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(text(refused)).contains("\"error\": ", why);
    }
}

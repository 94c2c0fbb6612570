package io.github.postgresxa.spring.node;

import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.boot.jdbc.autoconfigure.JdbcProperties;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** Creates the client of a node as Spring Boot creates its own: {@code spring.jdbc.template.*} applies to all nodes. */
final class NodeJdbcClient {

    private NodeJdbcClient() {}

    static JdbcClient create(DataSource dataSource, SupplierContext context) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        context.beanProvider(JdbcProperties.class).ifAvailable(properties -> apply(properties.getTemplate(), template));
        context.beanProvider(SQLExceptionTranslator.class).ifUnique(template::setExceptionTranslator);
        return JdbcClient.create(template);
    }

    private static void apply(JdbcProperties.Template properties, JdbcTemplate template) {
        template.setIgnoreWarnings(properties.isIgnoreWarnings());
        template.setFetchSize(properties.getFetchSize());
        template.setMaxRows(properties.getMaxRows());
        Duration queryTimeout = properties.getQueryTimeout();
        if (queryTimeout != null) {
            template.setQueryTimeout((int) queryTimeout.toSeconds());
        }
        template.setSkipResultsProcessing(properties.isSkipResultsProcessing());
        template.setSkipUndeclaredResults(properties.isSkipUndeclaredResults());
        template.setResultsMapCaseInsensitive(properties.isResultsMapCaseInsensitive());
    }
}

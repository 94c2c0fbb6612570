package io.github.postgresxa.quarkus.it;

import io.github.postgresxa.cdi.Node;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Named;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/** One row for each part of a transfer. */
@ApplicationScoped
public class Accounts {

    private final DataSource primary;
    private final DataSource east;
    private final DataSource west;

    Accounts(DataSource primary, @Node("east") DataSource east, @Named("westDataSource") DataSource west) {
        this.primary = primary;
        this.east = east;
        this.west = west;
    }

    void create(@Observes StartupEvent event) {
        for (DataSource node : Set.of(primary, west)) {
            execute(node, "create table if not exists part (id text primary key, amount int not null)");
        }
    }

    DataSource node(String name) {
        return name.equals("west") ? west : east;
    }

    boolean primaryIsEast() {
        return primary == east;
    }

    void add(String node, String id, int amount) {
        try (Connection connection = node(node).getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into part values (?, ?)")) {
            insert.setString(1, id);
            insert.setInt(2, amount);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String node, String sql) {
        execute(node(node), sql);
    }

    private static void execute(DataSource node, String sql) {
        try (Connection connection = node.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Set<String> parts(String node) {
        Set<String> ids = new TreeSet<>();
        try (Connection connection = node(node).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from part")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return ids;
    }
}

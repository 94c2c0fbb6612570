package io.github.postgresxa.samples.jakarta.probe;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A transaction inside of another one. */
@ApplicationScoped
public class InnerWork {

    @Transactional(TxType.REQUIRES_NEW)
    public void add(DataSource node) throws SQLException {
        Work.execute(node, "update account set balance = balance + 1 where id = 2");
    }
}

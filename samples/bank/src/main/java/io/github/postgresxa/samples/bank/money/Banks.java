package io.github.postgresxa.samples.bank.money;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The two banks, each on its node. */
@Component
final class Banks {

    /** A node that works is scanned every second. */
    private static final Duration A_MOMENT = Duration.ofSeconds(3);

    private final PostgresXa xa;
    private final List<Bank> all;

    /** Each configured node has a client with its name. The client of the primary node needs no qualifier. */
    Banks(PostgresXa xa, @Qualifier("eastJdbcClient") JdbcClient east, @Qualifier("westJdbcClient") JdbcClient west) {
        this.xa = xa;
        this.all = List.of(new Bank("east", east), new Bank("west", west));
    }

    List<Bank> all() {
        return all;
    }

    Bank of(AccountId account) {
        return all.stream()
                .filter(bank -> bank.node().equals(account.node()))
                .findFirst()
                .orElseThrow(() -> unknown(account));
    }

    /** {@return the banks that the transfer touches, one or two} */
    List<Bank> of(Transfer transfer) {
        return all.stream().filter(bank -> transfer.touches(bank.node())).toList();
    }

    /** {@return those of the other banks whose nodes answered a moment ago} */
    List<Bank> besides(Transfer transfer) {
        var aMomentAgo = Instant.now().minus(A_MOMENT);
        var answering = xa.nodes().stream()
                .filter(seen -> seen.reachable() && seen.observedAt().isAfter(aMomentAgo))
                .map(NodeStatus::name)
                .toList();
        return all.stream()
                .filter(bank -> !transfer.touches(bank.node()) && answering.contains(bank.node()))
                .toList();
    }

    static TransferRefusedException unknown(AccountId account) {
        return new TransferRefusedException(Reason.UNKNOWN_ACCOUNT, "There is no account %s".formatted(account));
    }
}

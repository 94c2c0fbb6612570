package io.github.postgresxa.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa.PoolStatus;
import org.junit.jupiter.api.Test;

class NodePoolMetadataTests {

    @Test
    void aPoolIsShownAsSpringBootWantsIt() {
        NodePoolMetadata pool = new NodePoolMetadata(() -> new PoolStatus(2, 5, PoolSettings.DEFAULT.withMaxSize(8)));

        assertThat(pool.getActive()).isEqualTo(2);
        assertThat(pool.getIdle()).isEqualTo(3);
        assertThat(pool.getMax()).isEqualTo(8);
        assertThat(pool.getUsage()).isEqualTo(0.25f);
        assertThat(pool.getMin()).isZero();
        assertThat(pool.getValidationQuery()).isNull();
        assertThat(pool.getDefaultAutoCommit()).isNull();
    }
}

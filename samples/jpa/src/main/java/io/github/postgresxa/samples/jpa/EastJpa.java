package io.github.postgresxa.samples.jpa;

import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.jpa.EntityManagerFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

@Configuration
@EnableJpaRepositories(
        basePackages = "io.github.postgresxa.samples.jpa.east",
        entityManagerFactoryRef = "eastEntityManagerFactory")
class EastJpa {

    @Bean
    LocalContainerEntityManagerFactoryBean eastEntityManagerFactory(
            EntityManagerFactoryBuilder builder, @Qualifier("eastDataSource") DataSource east) {
        return builder.dataSource(east)
                .packages("io.github.postgresxa.samples.jpa.east")
                .persistenceUnit("east")
                .jta(true)
                .build();
    }
}

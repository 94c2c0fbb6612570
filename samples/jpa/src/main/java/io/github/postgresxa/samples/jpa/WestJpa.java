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
        basePackages = "io.github.postgresxa.samples.jpa.west",
        entityManagerFactoryRef = "westEntityManagerFactory")
class WestJpa {

    @Bean
    LocalContainerEntityManagerFactoryBean westEntityManagerFactory(
            EntityManagerFactoryBuilder builder, @Qualifier("westDataSource") DataSource west) {
        return builder.dataSource(west)
                .packages("io.github.postgresxa.samples.jpa.west")
                .persistenceUnit("west")
                .jta(true)
                .build();
    }
}

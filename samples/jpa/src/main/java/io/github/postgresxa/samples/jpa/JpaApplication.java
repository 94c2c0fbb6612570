package io.github.postgresxa.samples.jpa;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application whose accounts are entities on two nodes. */
@SpringBootApplication
class JpaApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(JpaApplication.class, arguments);
    }
}

package io.github.postgresxa.samples.bank;

import io.github.postgresxa.samples.bank.embedded.EmbeddedNodesStarter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Two banks, {@code east} and {@code west}, with ten accounts each. */
@SpringBootApplication
@EnableScheduling
public class BankApplication {

    /**
     * Runs the bank until it is stopped.
     *
     * @param arguments properties, such as {@code --server.port=8081}
     */
    public static void main(String[] arguments) {
        var application = new SpringApplication(BankApplication.class);
        application.addListeners(new EmbeddedNodesStarter());
        application.run(arguments);
    }
}

package io.github.postgresxa.spring.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The runbook, as a person reads it whom an alert has woken. */
class RunbookTests {

    @Test
    void everyAlertLeadsToWhereToLookWhatItMeansAndWhatToDo() throws Exception {
        String runbook = Documents.text("runbook.md");

        assertThat(Documents.alerts()).isNotEmpty().allSatisfy(alert -> {
            String anchor = alert.runbook().replaceFirst(".*#", "");
            String section = Pattern.compile("(?m)^(?=## )")
                    .splitAsStream(runbook)
                    .filter(part -> Documents.anchors(part.lines().findFirst().orElse(""))
                            .contains(anchor))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(alert.name() + " leads nowhere: " + alert.runbook()));
            assertThat(section)
                    .as(alert.name())
                    .containsSubsequence("**Look.** `postgres-xa ", "**Means.**", "**Safe.**", "**Do.**");
        });
    }

    @Test
    void theFirstCommandsNeedNoApplication() throws Exception {
        assertThat(Documents.text("runbook.md")).containsSubsequence("postgres-xa doctor", "postgres-xa list", "curl ");
    }
}

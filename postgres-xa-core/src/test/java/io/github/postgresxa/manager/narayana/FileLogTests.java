package io.github.postgresxa.manager.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import io.github.postgresxa.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The name under which Narayana finds again what it has left prepared. */
class FileLogTests {

    /** A gid has room for so many bytes of it. */
    private static final int LONGEST = 19;

    @TempDir
    Path folder;

    private FileLog log() {
        ObjectStoreEnvironmentBean settings = new ObjectStoreEnvironmentBean();
        settings.setObjectStoreDir(folder.resolve("log").toString());
        return FileLog.at(settings, null);
    }

    @Test
    void aManagerThatKeptNoNameHasANewOneEachTimeAndLeavesNoFile() {
        try (FileLog first = log();
                FileLog second = log()) {
            assertThat(first.managerName()).isNotEqualTo(second.managerName());
            assertThat(first.managerName().length()).isBetween(12, LONGEST);
            assertThat(first.exists()).isFalse();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aKeptNameIsThatOfTheNextManagerThere() throws Exception {
        String kept;
        try (FileLog log = log()) {
            log.keepName();
            log.keepName();
            kept = log.managerName();
            assertThat(log.exists()).isTrue();
        }
        try (FileLog next = log()) {
            assertThat(next.managerName()).isEqualTo(kept);
            assertThat(next.exists()).isTrue();
            next.keepName();
        }
    }

    @Test
    void aManagerBesideAnotherOneHasAnotherNameAndNoLog() throws Exception {
        try (FileLog one = log()) {
            one.keepName();
            try (FileLog other = log()) {
                assertThat(other.managerName()).isNotEqualTo(one.managerName());
                assertThat(other.exists()).isFalse();
                assertThatThrownBy(other::keepName)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("another transaction manager")
                        .hasMessageContaining("objectStoreDir");
            }
        }
    }

    /** Otherwise the decisions are on a node. */
    @Test
    void aDirectoryIsUsedIfANameOrALogIsInIt() throws Exception {
        ObjectStoreEnvironmentBean settings = new ObjectStoreEnvironmentBean();
        settings.setObjectStoreDir(folder.resolve("log").toString());
        assertThat(FileLog.isThere(settings)).isFalse();
        Files.createDirectories(folder.resolve("log"));
        Files.createFile(folder.resolve("log").resolve("manager-lock"));
        assertThat(FileLog.isThere(settings)).isFalse();
        try (FileLog log = log()) {
            log.keepName();
        }
        assertThat(FileLog.isThere(settings)).isTrue();
        settings.setObjectStoreDir(folder.resolve("other").toString());
        Files.createDirectories(folder.resolve("other").resolve("ShadowNoFileLockStore"));
        assertThat(FileLog.isThere(settings)).isTrue();
    }

    /** An application moves from a Narayana of its own, and starts in the directory of before. */
    @Test
    void theLogOfAnotherNarayanaIsNotRead() throws Exception {
        Files.createDirectories(folder.resolve("log").resolve("ShadowNoFileLockStore"));
        assertThatThrownBy(this::log)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll("another Narayana", "nodeIdentifier", "objectStoreDir");
    }

    @Test
    void aNameThatCannotBeKeptIsRefused() throws Exception {
        try (FileLog log = log()) {
            Files.writeString(folder.resolve("log"), "a file where the directory should be");
            assertThatThrownBy(log::keepName).isInstanceOf(IOException.class);
            assertThat(log.exists()).isFalse();
        }
    }

    @Test
    void aNameOfTheApplicationIsKeptAsItIs() throws Exception {
        ObjectStoreEnvironmentBean settings = new ObjectStoreEnvironmentBean();
        settings.setObjectStoreDir(folder.resolve("log").toString());
        try (FileLog log = FileLog.at(settings, "bank-1")) {
            log.keepName();
            assertThat(log.managerName()).isEqualTo("bank-1");
        }
        try (FileLog next = log()) {
            assertThat(next.managerName()).isEqualTo("bank-1");
        }
    }
}

package io.github.postgresxa.support;

import com.arjuna.ats.arjuna.common.arjPropertyManager;
import java.nio.file.Path;

/** Where the log of the embedded Narayana is, if there has to be one. */
public final class NarayanaLog {

    private NarayanaLog() {}

    /** Sets the directory for what is started from now on. */
    public static void keepIn(Path directory) {
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(directory.toString());
    }
}

package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.coordinator.AbstractRecord;
import com.arjuna.ats.arjuna.coordinator.RecordType;
import com.arjuna.ats.arjuna.coordinator.TwoPhaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the decision, as the first participant, and always commits. Narayana rolls all others back if the first
 * one says that it has rolled back. By then the decision to commit is on a node, where any process may obey it.
 */
final class FirstToCommit extends AbstractRecord {

    FirstToCommit() {
        super(new Uid());
    }

    @Override
    public Uid order() {
        return Uid.minUid();
    }

    @Override
    public int typeIs() {
        return RecordType.USER_DEF_FIRST0;
    }

    @Override
    public int topLevelPrepare() {
        return TwoPhaseOutcome.PREPARE_OK;
    }

    @Override
    public int topLevelCommit() {
        return TwoPhaseOutcome.FINISH_OK;
    }

    @Override
    public int topLevelAbort() {
        return TwoPhaseOutcome.FINISH_OK;
    }

    @Override
    public int topLevelOnePhaseCommit() {
        return TwoPhaseOutcome.FINISH_OK;
    }

    @Override
    public int nestedPrepare() {
        return TwoPhaseOutcome.PREPARE_OK;
    }

    @Override
    public int nestedCommit() {
        return TwoPhaseOutcome.FINISH_OK;
    }

    @Override
    public int nestedAbort() {
        return TwoPhaseOutcome.FINISH_OK;
    }

    @Override
    public @Nullable Object value() {
        return null;
    }

    @Override
    public void setValue(Object value) {
        // It has none.
    }

    @Override
    public void merge(AbstractRecord other) {
        // There is nothing to merge.
    }

    @Override
    public void alter(AbstractRecord other) {
        // There is nothing to alter.
    }

    @Override
    public boolean shouldAdd(AbstractRecord other) {
        return false;
    }

    @Override
    public boolean shouldAlter(AbstractRecord other) {
        return false;
    }

    @Override
    public boolean shouldMerge(AbstractRecord other) {
        return false;
    }

    @Override
    public boolean shouldReplace(AbstractRecord other) {
        return false;
    }
}

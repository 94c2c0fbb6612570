package io.github.postgresxa.manager.verbs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The branches of a resource manager, in a file: each change of a state is a line, and the last one of a branch counts.
 */
final class Branches {

    /** The state of a branch. */
    enum State {
        ACTIVE,
        IDLE,
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        /** Nothing was written in it. */
        READ_ONLY,
        /** Ended by the resource itself, and kept until it is forgotten. */
        HEURISTICALLY_COMMITTED,
        HEURISTICALLY_ROLLED_BACK,
        HEURISTICALLY_MIXED,
        FORGOTTEN;

        boolean isPrepared() {
            return this == PREPARED;
        }

        boolean isHeuristic() {
            return name().startsWith("HEURISTICALLY");
        }
    }

    /** A branch, as the file has it. */
    record Branch(int format, String global, String qualifier) implements Xid {

        static Branch of(Xid xid) {
            HexFormat hex = HexFormat.of();
            return new Branch(
                    xid.getFormatId(),
                    hex.formatHex(xid.getGlobalTransactionId()),
                    hex.formatHex(xid.getBranchQualifier()));
        }

        @Override
        public int getFormatId() {
            return format;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return HexFormat.of().parseHex(global);
        }

        @Override
        public byte[] getBranchQualifier() {
            return HexFormat.of().parseHex(qualifier);
        }
    }

    private final Path file;

    Branches(Path file) {
        this.file = file;
    }

    synchronized void change(String owner, Xid xid, State state) {
        Branch branch = Branch.of(xid);
        String line = String.join(
                " ",
                owner,
                String.valueOf(branch.format()),
                branch.global(),
                branch.qualifier(),
                state.name() + System.lineSeparator());
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes all. */
    synchronized void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the state of each branch} */
    synchronized Map<Branch, State> all() {
        Map<Branch, State> states = new LinkedHashMap<>();
        lines().forEach(l -> states.put(l.branch(), l.state()));
        return states;
    }

    /** {@return what became of the work of one owner; null if it has no branch} */
    @Nullable
    State of(String owner) {
        State last = null;
        for (Line line : lines()) {
            if (line.owner().equals(owner) && line.state() != State.FORGOTTEN) {
                last = line.state();
            }
        }
        return last;
    }

    /** {@return who works in a branch; null if it is not known} */
    @Nullable
    String owner(Xid xid) {
        Branch branch = Branch.of(xid);
        Map<Branch, String> owners = new HashMap<>();
        lines().forEach(l -> owners.putIfAbsent(l.branch(), l.owner()));
        return owners.get(branch);
    }

    /** {@return the state of a branch; null if it is not known} */
    @Nullable
    State of(Xid xid) {
        return all().get(Branch.of(xid));
    }

    private record Line(String owner, Branch branch, State state) {}

    private synchronized List<Line> lines() {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Branches::line).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line line(String text) {
        List<String> words = Arrays.asList(text.split(" ", -1));
        return new Line(
                words.get(0),
                new Branch(Integer.parseInt(words.get(1)), words.get(2), words.get(3)),
                State.valueOf(words.get(4)));
    }
}

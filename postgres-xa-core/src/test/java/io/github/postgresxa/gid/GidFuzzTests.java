package io.github.postgresxa.gid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** The grammar of gids against random input. A failure names its seed. */
class GidFuzzTests {

    private static final int GIDS = Integer.getInteger("postgres.xa.fuzz.parsed", 1_000_000);

    private final long seed = Long.getLong("postgres.xa.fuzz.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    private Gid gid() {
        TransactionId id = new TransactionId(new UUID(random.nextLong(), random.nextLong()));
        return random.nextInt(4) == 0
                ? new Gid(id, identity(), identity(), xid(random.nextInt(41), random.nextInt(21)))
                : new Gid(id, identity(), identity());
    }

    private NodeIdentity identity() {
        String digits = Long.toHexString(random.nextLong());
        return new NodeIdentity("0".repeat(16 - digits.length()) + digits);
    }

    private ManagerXid xid(int global, int branch) {
        byte[] globalId = new byte[global];
        byte[] branchId = new byte[branch];
        random.nextBytes(globalId);
        random.nextBytes(branchId);
        int format = random.nextInt();
        return ManagerXid.of(new Xid() {
            @Override
            public int getFormatId() {
                return format;
            }

            @Override
            public byte[] getGlobalTransactionId() {
                return globalId;
            }

            @Override
            public byte[] getBranchQualifier() {
                return branchId;
            }
        });
    }

    @Test
    void everyGidIsReadBackAndNoneIsMadeTwiceOrTooLong() {
        long[] seen = new long[GIDS];
        for (int i = 0; i < GIDS; i++) {
            Gid gid = gid();
            String text = gid.text();
            if (text.length() > Gid.LIMIT || !Gid.ours(text).equals(Optional.of(gid))) {
                throw new AssertionError("seed %d: %s".formatted(seed, text));
            }
            seen[i] = gid.transaction().value().getMostSignificantBits();
        }
        Arrays.sort(seen);
        for (int i = 1; i < GIDS; i++) {
            if (seen[i - 1] == seen[i]) {
                throw new AssertionError("seed %d: one id twice".formatted(seed));
            }
        }
    }

    @Test
    void generatedTransactionsNeverMeet() {
        Set<TransactionId> ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            ids.add(TransactionId.random());
        }
        assertThat(ids).hasSize(100_000);
    }

    /**
     * A changed gid is foreign, or equals another gid to the letter. It is never taken for the original, and never
     * read loosely.
     */
    @Test
    void everyChangeOfOneCharacterIsSeen() {
        String odd = "/-.'\"\\%_\n\r\t\0 \u202e\u00e9\u0660\uff11ABCDEFGabcdefg0123456789";
        for (int round = 0; round < GIDS / 10; round++) {
            Gid gid = gid();
            StringBuilder text = new StringBuilder(gid.text());
            int at = random.nextInt(text.length());
            char other = odd.charAt(random.nextInt(odd.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, other);
                case 1 -> text.insert(at, other);
                default -> text.deleteCharAt(at);
            }
            String changed = text.toString();
            Optional<Gid> read = Gid.ours(changed);
            boolean same = changed.equals(gid.text());
            if (read.isPresent()
                    && (!read.get().text().equals(changed) || read.get().equals(gid) != same)) {
                throw new AssertionError("seed %d: %s was read as %s".formatted(seed, changed, read.get()));
            }
        }
    }

    @Test
    void noiseIsForeign() {
        String alphabet = "pgxa/12-0123456789abcdef.'\"\\%;_ \n\u202e\u00e9=+AZ";
        for (int round = 0; round < GIDS / 5; round++) {
            int length = random.nextInt(200);
            StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "pgxa/1/" : "");
            while (text.length() < length) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (Gid.ours(text.toString()).isPresent()) {
                throw new AssertionError("seed %d: %s".formatted(seed, text));
            }
        }
    }
}

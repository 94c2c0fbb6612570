package io.github.postgresxa.gid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import java.util.Random;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GidTests {

    private static final NodeIdentity EAST = new NodeIdentity("0123456789abcdef");
    private static final NodeIdentity WEST = new NodeIdentity("fedcba9876543210");

    @Test
    void isReadBackByteForByte() {
        Gid gid = new Gid(TransactionId.random(), EAST, WEST);
        assertThat(gid.text()).startsWith("pgxa/1/").hasSizeLessThan(Gid.LIMIT);
        assertThat(Gid.ours(gid.text())).contains(gid);
    }

    @Test
    void carriesTheManagersXidAsASubordinate() {
        Gid gid = new Gid(TransactionId.random(), EAST, WEST, xid(50, 20));
        assertThat(gid.text()).startsWith("pgxa/2/");
        assertThat(gid.fits()).isTrue();
        assertThat(Gid.ours(gid.text())).contains(gid);
    }

    /** A branch may be prepared by one release and finished by another. */
    @Test
    void isWrittenAndReadAsByTheFirstRelease() {
        TransactionId id = TransactionId.parse("01234567-89ab-4cde-8f01-23456789abcd");
        String common = "01234567-89ab-4cde-8f01-23456789abcd/0123456789abcdef/fedcba9876543210";
        Gid alone = new Gid(id, EAST, WEST);
        assertThat(alone.text()).isEqualTo("pgxa/1/" + common);
        assertThat(Gid.ours("pgxa/1/" + common)).contains(alone);

        String subordinate = "pgxa/2/" + common + "/41544f4d.YmFuazE3.bm9kZS1B";
        Gid read = Gid.ours(subordinate).orElseThrow();
        assertThat(read.text()).isEqualTo(subordinate);
        assertThat(read.manager()).satisfies(xid -> {
            assertThat(xid.getFormatId()).isEqualTo(0x41544f4d);
            assertThat(xid.getGlobalTransactionId()).asString(UTF_8).isEqualTo("bank17");
            assertThat(xid.getBranchQualifier()).asString(UTF_8).isEqualTo("node-A");
        });
    }

    @Test
    void doesNotFitWithTheLongestXidThatTheStandardAllows() {
        assertThat(new Gid(TransactionId.random(), EAST, WEST, xid(64, 64)).fits())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pgxa",
                "pgxa/1/",
                "PGXA/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/fedcba9876543210",
                "pgxa/3/00000000-0000-0000-0000-000000000001/0123456789abcdef/fedcba9876543210",
                "pgxa/2/00000000-0000-0000-0000-000000000001/0123456789abcdef/fedcba9876543210",
                "pgxa/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/fedcba9876543210 ",
                "pgxa/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/fedcba9876543210/x",
                "pgxa/1/00000000-0000-0000-0000-000000000001/0123456789abcdef/fedcba987654321",
                "pgxa/1/00000000000000000000000000000001abcd/0123456789abcdef/fedcba9876543210",
                "pgxa/1/------------------------------------/0123456789abcdef/fedcba9876543210",
                "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg==",
                "pg_gid_16390_1012",
                "citus_0_1234_4_0"
            })
    void isNotOursInAnyOtherForm(String foreign) {
        assertThat(Gid.ours(foreign)).isEmpty();
    }

    @Test
    void isNotOursAfterAnyChangeOfOneByte() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            Gid gid = new Gid(TransactionId.random(), EAST, WEST, random.nextBoolean() ? null : xid(30, 10));
            char[] text = gid.text().toCharArray();
            int at = random.nextInt(text.length);
            char other = (char) (32 + random.nextInt(96));
            text[at] = other;
            String changed = new String(text);
            Gid.ours(changed)
                    .ifPresent(read -> assertThat(read.text())
                            .as("seed %d: whatever is taken for ours is written back the same", seed)
                            .isEqualTo(changed));
        }
    }

    private static ManagerXid xid(int gtrid, int bqual) {
        byte[] global = new byte[gtrid];
        byte[] branch = new byte[bqual];
        new Random(7).nextBytes(global);
        new Random(8).nextBytes(branch);
        return ManagerXid.of(new Xid() {
            @Override
            public int getFormatId() {
                return -5;
            }

            @Override
            public byte[] getGlobalTransactionId() {
                return global;
            }

            @Override
            public byte[] getBranchQualifier() {
                return branch;
            }
        });
    }
}

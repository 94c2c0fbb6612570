package io.github.postgresxa.gid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

class NameLengthTests {

    private static final NodeIdentity EAST = new NodeIdentity("0123456789abcdef");

    record AnyXid(int getFormatId, byte[] getGlobalTransactionId, byte[] getBranchQualifier) implements Xid {
        AnyXid(int format, int global, int branch) {
            this(format, new byte[global], new byte[branch]);
        }
    }

    @Test
    void itIsThatOfTheNameWhateverTheIdentifierIs() {
        for (int global = 0; global <= Xid.MAXGTRIDSIZE; global++) {
            for (int branch = 0; branch <= Xid.MAXBQUALSIZE; branch++) {
                Xid xid = new AnyXid(-7, global, branch);
                Gid gid = new Gid(TransactionId.random(), EAST, EAST, ManagerXid.of(xid));
                assertThat(NameLength.of(xid)).isEqualTo(gid.text().length());
                assertThat(NameLength.fits(xid)).isEqualTo(gid.fits());
            }
        }
    }

    @Test
    void libertysIdentifiersNeverFit() {
        assertThat(NameLength.problem(new AnyXid(0x57415344, 36, 54)))
                .isEqualTo("the transaction manager's identifier (36 + 54 bytes) makes the name of a prepared branch"
                        + " 208 bytes long, and PostgreSQL takes 199. Liberty's identifiers always have this length:"
                        + " do not use another resource and the nodes in one transaction there.");
    }

    @Test
    void narayanasNodeIdentifierMayHaveNineteenBytes() {
        assertThat(NameLength.fits(new AnyXid(131077, 28 + 19, 36))).isTrue();
        Xid longer = new AnyXid(131077, 28 + 23, 36);
        assertThat(NameLength.fits(longer)).isFalse();
        assertThat(NameLength.problem(longer))
                .endsWith("Shorten the node identifier of Narayana, from 23 bytes to at most 19.");
        assertThat(NameLength.fits(new AnyXid(131077, 28 + 20, 36))).isFalse();
    }

    @Test
    void ofOthersTheLongestThatFitsIsNamed() {
        assertThat(NameLength.problem(new AnyXid(1, 64, 20))).contains("at most 63 bytes");
        assertThat(NameLength.fits(new AnyXid(1, 63, 20))).isTrue();
    }
}

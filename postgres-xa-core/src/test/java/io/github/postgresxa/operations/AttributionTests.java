package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Narayana, Atomikos and GlassFish have prepared their samples themselves. The others follow the managers' sources. */
class AttributionTests {

    private static String xid(long format, byte[] global) {
        Base64.Encoder base64 = Base64.getEncoder();
        return format + "_" + base64.encodeToString(global) + "_" + base64.encodeToString(new byte[] {1});
    }

    @ParameterizedTest
    @CsvSource({
        "pgxa/1/d1659c29-8940-bce9-4658-16692ff9b3bb/74642ed7ffd85422/4d78a1175215ea41, POSTGRES_XA, ''",
        "pgxa/2/d1659c29-8940-bce9-4658-16692ff9b3bb/74642ed7ffd85422/4d78a1175215ea41/41544f4d"
                + ".bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx.YQ, POSTGRES_XA, node-A",
        "pgxa/3/something-newer, LIKE_POSTGRES_XA, ''",
        "131077_AAAAAAAAAAAAAP//fwAAAQAAldtrAtjIAAAAB25vZGUtQQ==_AAAAAAAAAAAAAP//fwAAAQAAldtrAtjIAAAACwAAAAAAAAAA,"
                + " NARAYANA, node-A",
        "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg==, ATOMIKOS, node-A",
        "'4871251_AgAAAA7NJAN2bSxzZXJ2ZXIsUDEwMA==_dm0sc2VydmVyLFAxMDAsAA==', GLASSFISH, 'vm,server,P100'",
        "pg_gid_16402_741, LOGICAL_REPLICATION, subscription 16402",
        "citus_0_12345_3_17, CITUS, group 0",
        "a name that somebody chose, UNKNOWN, ''",
        "12_foreign_abc, UNKNOWN, ''",
        "4711_AQ==_AQ==, OTHER_XA, ''",
        "48801_AQ==_AQ==, WEBLOGIC, ''",
    })
    void anIdentifierTellsWhoPreparedIt(String gid, Owner owner, String instance) {
        assertThat(Attribution.of(gid)).isEqualTo(new Attribution(owner, instance));
    }

    @Test
    void libertyTomeeAndBitronixAreKnownByTheirFormat() {
        assertThat(Attribution.of(xid(0x57415344L, new byte[36])).owner()).isEqualTo(Owner.LIBERTY);
        assertThat(Attribution.of(xid(0x42746E78L, new byte[20])).owner()).isEqualTo(Owner.BITRONIX);
        byte[] geronimo = new byte[64];
        byte[] name = "tomee-7".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, geronimo, 8, name.length);
        assertThat(Attribution.of(xid(0x4765526FL, geronimo))).isEqualTo(new Attribution(Owner.TOMEE, "tomee-7"));
    }

    @Test
    void whatOthersWroteIsShownWithoutControlCharacters() {
        byte[] global = "no\nde\u001b[31m123456789012345678".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Attribution.of(xid(0x41544F4DL, global)).instance()).isEqualTo("no?de?[31m");
    }

    @Test
    void noNameIsTooShortOrTooOdd() {
        for (long format : new long[] {0x41544F4DL, 131_077, 0x4A5453L, 0x4765526FL}) {
            assertThat(Attribution.of(xid(format, new byte[0])).instance()).isEmpty();
        }
        assertThat(Attribution.of("").owner()).isEqualTo(Owner.UNKNOWN);
        assertThat(Attribution.of("99999999999_AQ==_AQ==").owner()).isEqualTo(Owner.UNKNOWN);
    }
}

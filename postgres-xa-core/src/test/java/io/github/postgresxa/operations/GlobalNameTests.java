package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobalNameTests {

    private static final String ID = "d1659c29-8940-bce9-4658-16692ff9b3bb";
    private static final String ATOMIKOS = "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_";

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void allBranchesOfAManagersTransactionHaveOneName() {
        String id = "1096044365-6e6f64652d41313739353334383839343538303030303031";
        assertThat(List.of(ATOMIKOS + base64("node-A1"), ATOMIKOS + base64("node-A2")))
                .allMatch(gid -> GlobalName.ofBranch(gid).id().equals(id))
                .allMatch(gid -> GlobalName.named(id).has(gid));
        assertThat(GlobalName.named(id).has("1096044366_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_YQ=="))
                .as("of another manager")
                .isFalse();
    }

    @Test
    void allBranchesOfOursHaveTheirOwnId() {
        String ours = "pgxa/1/" + ID + "/74642ed7ffd85422/4d78a1175215ea41";
        assertThat(GlobalName.ofBranch(ours).id()).isEqualTo(ID);
        assertThat(GlobalName.named(ID.toUpperCase(java.util.Locale.ROOT)).has(ours))
                .isTrue();
        assertThat(GlobalName.named(ours).id()).isEqualTo(ID);
    }

    /** Each leads back to its branch, fits into a path, and is taken for nothing else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ATOMIKOS + "YQ==",
                "-1_YQ==_Yg==",
                "0__",
                "-0_YQ==_Yg==",
                "007_YQ==_Yg==",
                "12_foreign_abc",
                "citus_0_12345_3_17",
                "1-abcd",
                "gid-00",
                ID,
                "it's \\ mine / ünd ☃",
                "' or true --",
                "%_"
            })
    void aNameLeadsBackToItsBranch(String gid) {
        GlobalName name = GlobalName.ofBranch(gid);
        assertThat(name.id()).matches("[A-Za-z0-9_.~-]+");
        assertThat(GlobalName.named(name.id())).isEqualTo(name);
        assertThat(name.has(gid)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"stock1795348894580, stock1795348894580", "'a b~', 'a b~'", "'', ''"})
    void whatCanBeReadIsShownAsText(String bytes, String shown) {
        assertThat(XaIdentifier.text(bytes.getBytes(StandardCharsets.US_ASCII))).isEqualTo(shown);
    }

    @Test
    void whatCannotBeReadIsShownInHexadecimalDigits() {
        assertThat(XaIdentifier.text(new byte[] {0, 'a', -1})).isEqualTo("0x0061ff");
        assertThat(XaIdentifier.text(new byte[] {'a', 127})).isEqualTo("0x617f");
    }

    /** One server lists all its databases to each node on it. */
    @Test
    void aBranchIsShownUnderOneNode() {
        Placement placement = new Placement(Map.of(
                "east", new Placement.Place("one", "bank"),
                "west", new Placement.Place("one", "other"),
                "south", new Placement.Place("two", "bank")));
        assertThat(placement.shows("east", "bank")).isTrue();
        assertThat(placement.shows("west", "bank")).isFalse();
        assertThat(placement.shows("south", "bank")).isTrue();
        assertThat(List.of("east", "west").stream().filter(node -> placement.shows(node, "of no node")))
                .hasSize(1);
        assertThat(placement.shows("north", "bank")).as("it did not answer").isFalse();
    }
}

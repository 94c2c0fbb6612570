package io.github.postgresxa.samples.jakarta.money;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * An account of one of the banks, written {@code east/1}.
 *
 * @param node the node of its bank
 * @param number its number there
 */
public record AccountId(String node, int number) implements Comparable<AccountId> {

    private static final Pattern TEXT = Pattern.compile("([a-z][a-z0-9]*)/([1-9][0-9]{0,8})");
    private static final Comparator<AccountId> ORDER =
            Comparator.comparing(AccountId::node).thenComparing(AccountId::number);

    /** There is one way to write an account, so that two different texts mean two different accounts. */
    public static AccountId parse(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            throw new TransferRefusedException(
                    "'%s' is not an account: write node/number, such as east/1".formatted(text));
        }
        return new AccountId(match.group(1), Integer.parseInt(match.group(2)));
    }

    @Override
    public int compareTo(AccountId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node + "/" + number;
    }
}
